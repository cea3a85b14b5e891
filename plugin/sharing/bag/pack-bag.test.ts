import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { bagFacts, bagHouse } from '../../../test/support/bag-house.ts';
import { checkBag } from './check-bag.ts';
import { packBag } from './pack-bag.ts';
import { writeBag } from './write-bag.ts';

let house: ReturnType<typeof bagHouse>;
beforeEach(() => {
  house = bagHouse();
  return () => house[Symbol.dispose]();
});

const { signal } = new AbortController();
const packing = () => ({ folder: join(house.root, 'packed'), signal });
const python = (code: string, ...args: string[]) => execFileSync('python3', ['-c', code, ...args]).toString();

it('is one ZIP with the video beside it, and a whole bag again once it is unpacked', async () => {
  const bag = await writeBag(bagFacts, [house.clip({ full: true }), house.clip()], house.options);
  const packed = await packBag(bag, packing());
  expect(packed.files.map(({ path }) => path)).toEqual([
    'share-2026-0001.zip',
    'share-2026-0001-clip-1.mp4',
    'share-2026-0001-clip-2.mp4',
  ]);
  expect(readdirSync(packed.folder).sort()).toEqual(packed.files.map(({ path }) => path).sort());
  for (const { path, bytes, sha256 } of packed.files) {
    const data = readFileSync(join(packed.folder, path));
    expect(data).toHaveLength(bytes);
    expect(createHash('sha256').update(data).digest('hex')).toBe(sha256);
  }
  const viewing = readFileSync(join(bag.folder, 'data/viewing/clip-1.mp4'));
  expect(readFileSync(join(packed.folder, 'share-2026-0001-clip-1.mp4')).equals(viewing)).toBe(true);

  const zip = join(packed.folder, 'share-2026-0001.zip');
  const unpacked = join(house.root, 'unpacked');
  python('import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])', zip, unpacked);
  expect(readdirSync(unpacked)).toEqual([bag.id]);
  expect(await checkBag(join(unpacked, bag.id), { key: house.options.signer.keyId })).toMatchObject({
    ok: true,
  });
});

it('dates its entries with the making of the bag, and not with the footage', async () => {
  const bag = await writeBag(bagFacts, [house.clip()], house.options);
  const { folder } = await packBag(bag, packing());
  const code =
    'import sys, zipfile\nprint({i.date_time[:5] for i in zipfile.ZipFile(sys.argv[1]).infolist()})';
  const at = new Date(bagFacts.madeAt);
  const time = [at.getFullYear(), at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes()].join(', ');
  expect(python(code, join(folder, 'share-2026-0001.zip')).trim()).toBe(`{(${time})}`);
});

it('is not made of a bag that was changed, and leaves nothing', async () => {
  const bag = await writeBag(bagFacts, [house.clip()], house.options);
  const path = join(bag.folder, 'data/STATEMENT.txt');
  writeFileSync(path, readFileSync(path, 'utf8').replace('Alex', 'Axel'));
  await expect(packBag(bag, packing())).rejects.toMatchObject({ problem: { code: 'bag-footage-changed' } });
  expect(readdirSync(packing().folder)).toEqual([]);
});

it('is not made twice, nor of more than an upload page takes', async () => {
  const bag = await writeBag(bagFacts, [house.clip()], house.options);
  const files = bag.files.map((file) => ({ ...file, bytes: file.bytes + 2e8 }));
  await expect(packBag({ ...bag, files }, packing())).rejects.toMatchObject({
    problem: { code: 'bag-refused' },
  });
  expect(existsSync(packing().folder)).toBe(false);
  await packBag(bag, packing());
  await expect(packBag(bag, packing())).rejects.toMatchObject({ problem: { code: 'bag-exists' } });
});
