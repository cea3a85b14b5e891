import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  anyText,
  bagFacts,
  bagHouse,
  clipFacts,
  commandsIn,
  inShell,
} from '../../../test/support/bag-house.ts';
import { makeAuthority } from '../../../test/support/timestamp-authority.ts';
import { ProblemError } from '../../system/problem.ts';
import type { OriginalFile } from '../contract.ts';
import { checkBag } from './check-bag.ts';
import type { BagClip, TimestampAuthority } from './contract.ts';
import { writeBag } from './write-bag.ts';

let house: ReturnType<typeof bagHouse>;
const authorities = bagHouse();
let authority: TimestampAuthority;

beforeAll(async () => {
  authority = await makeAuthority(join(authorities.root, 'authority'));
});
afterAll(() => authorities[Symbol.dispose]());
beforeEach(() => {
  house = bagHouse();
  return () => house[Symbol.dispose]();
});

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/** What is in the place for bags, half made or whole. */
const left = () => (existsSync(house.folder) ? readdirSync(house.folder) : []);

describe('a bag', () => {
  it('has the viewing copy alone unless the original is handed over, and no file without a purpose', async () => {
    const bag = await writeBag(bagFacts, [house.clip()], house.options);
    expect(filesIn(bag.folder)).toEqual(
      [
        ...['HOW-TO-CHECK.txt', 'allowed_signers', 'bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'],
        ...['data/STATEMENT.pdf', 'data/STATEMENT.txt', 'data/custody.jsonl', 'data/provenance.json'],
        ...['data/viewing/clip-1.mp4', 'tagmanifest-sha256.txt', 'tagmanifest-sha256.txt.sshsig'],
      ].sort(),
    );
    expect(bag.files.map(({ path }) => path).sort()).toEqual(filesIn(bag.folder));
    const custody = readFileSync(join(bag.folder, 'data/custody.jsonl'), 'utf8');
    expect(custody.split('\n')).toEqual([...bagFacts.custodyLines, '']);
    expect(left()).toEqual(['share-2026-0001']);
  });

  it('is a bag to a reader who has only the RFC', async () => {
    const bag = await writeBag(bagFacts, [house.clip({ full: true }), house.clip()], house.options);
    expect(readByTheRfc(bag.folder)).toEqual([
      'data/STATEMENT.pdf',
      'data/STATEMENT.txt',
      'data/custody.jsonl',
      ...[
        'data/original/clip-1.mp4',
        'data/provenance.json',
        'data/viewing/clip-1.mp4',
        'data/viewing/clip-2.mp4',
      ],
    ]);
  });

  it('is checked by the commands of its own instructions, line by line, and by nobody else after one changed byte', async () => {
    const bag = await writeBag(bagFacts, [house.clip({ full: true })], {
      ...house.options,
      timestamp: authority,
    });
    const commands = commandsIn(readFileSync(join(bag.folder, 'HOW-TO-CHECK.txt'), 'utf8'));
    expect(commands.map((line) => line.split(' ')[0])).toEqual(['sha256sum', 'ssh-keygen', 'openssl']);
    const [sums, signature, timestamp] = await Promise.all(commands.map((line) => inShell(line, bag.folder)));
    expect(sums).toMatchObject({ code: 0 });
    expect(
      sums?.output
        .trim()
        .split('\n')
        .every((line) => line.endsWith(': OK')),
    ).toBe(true);
    expect(sums?.output.trim().split('\n')).toHaveLength(bag.files.length - 3);
    expect(signature).toEqual({
      code: 0,
      output: `Good "doorstep-evidence-bag" signature for owner with ED25519 key ${house.options.signer.keyId}\n`,
    });
    expect(timestamp).toMatchObject({ code: 0, output: expect.stringMatching(/^Verification: OK$/m) });
    expect(await checkBag(bag.folder, { key: house.options.signer.keyId })).toMatchObject({ ok: true });

    const list = join(bag.folder, 'tagmanifest-sha256.txt');
    writeFileSync(
      list,
      readFileSync(list, 'utf8').replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    );
    for (const line of commands) expect(await inShell(line, bag.folder)).not.toMatchObject({ code: 0 });
  });

  it('has two commands without a timestamp, and asks nobody', async () => {
    const bag = await writeBag(bagFacts, [house.clip()], house.options);
    const text = readFileSync(join(bag.folder, 'HOW-TO-CHECK.txt'), 'utf8');
    expect(commandsIn(text).map((line) => line.split(' ')[0])).toEqual(['sha256sum', 'ssh-keygen']);
    expect(text).toContain('There is no timestamp');
    for (const line of commandsIn(text)) expect(await inShell(line, bag.folder)).toMatchObject({ code: 0 });
  });

  it('shows a changed video to sha256sum', async () => {
    const bag = await writeBag(bagFacts, [house.clip()], house.options);
    const video = readFileSync(join(bag.folder, 'data/viewing/clip-1.mp4'));
    video.writeUInt8((video[9] ?? 0) ^ 1, 9);
    writeFileSync(join(bag.folder, 'data/viewing/clip-1.mp4'), video);
    const { code, output } = await inShell('sha256sum --check manifest-sha256.txt', bag.folder);
    expect(code).toBe(1);
    expect(output).toContain('data/viewing/clip-1.mp4: FAILED');
  });

  it('names files without camera, person or time', async () => {
    const { folder } = await writeBag(bagFacts, [house.clip()], house.options);
    for (const name of filesIn(folder)) expect(name).toMatch(/^[\x21-\x7e]+$/);
    expect(filesIn(folder).join(' ')).not.toMatch(/front|alex|2026|1720/i);
  });
});

describe('is refused, and leaves nothing', () => {
  const tooMany = () => Array.from({ length: 6 }, () => house.clip());
  const linked = (): BagClip[] => {
    const clip = house.clip();
    const path = clip.viewing?.path ?? '';
    renameSync(path, join(house.root, 'elsewhere.mp4'));
    symlinkSync(join(house.root, 'elsewhere.mp4'), path);
    return [clip];
  };
  const linkedInside = (): BagClip[] => {
    const clip = house.clip();
    const path = clip.viewing?.path ?? '';
    renameSync(path, `${path}.real`);
    symlinkSync(`${path}.real`, path);
    return [clip];
  };
  const outside = (): BagClip[] => {
    const [clip] = [house.clip()];
    const path = join(house.root, 'outside.mp4');
    renameSync(clip.viewing?.path ?? '', path);
    return clip.viewing ? [{ ...clip, viewing: { ...clip.viewing, path } }] : [];
  };
  const changed = (): BagClip[] => {
    const clip = house.clip();
    const path = clip.viewing?.path ?? '';
    const data = readFileSync(path);
    data.writeUInt8((data[7] ?? 0) ^ 1, 7);
    writeFileSync(path, data);
    return [clip];
  };
  const longer = (): BagClip[] => {
    const clip = house.clip();
    truncateSync(clip.viewing?.path ?? '', 300_000);
    return [clip];
  };
  const folder = (): BagClip[] => {
    const clip = house.clip();
    const path = join(house.options.footage, 'folder.mp4');
    mkdirSync(path);
    return clip.viewing ? [{ ...clip, viewing: { ...clip.viewing, path } }] : [];
  };
  const large = (): BagClip[] => {
    const clip = house.clip();
    return clip.viewing ? [{ ...clip, viewing: { ...clip.viewing, bytes: 2e9 } }] : [];
  };
  const foreign = (): BagClip[] => [
    { ...house.clip(), original: house.footage('other.mp4') as OriginalFile },
  ];

  it.each<[string, () => BagClip[], string]>([
    ['without a clip', () => [], 'bag-refused'],
    ['with a clip without a file', () => [{ facts: clipFacts }], 'bag-refused'],
    ['with more than 16 files', tooMany, 'bag-refused'],
    ['with a file of 2 GB', large, 'bag-refused'],
    ['with an original that is not the one recorded', foreign, 'bag-refused'],
    ['when the file is a link to another folder', linked, 'bag-footage-changed'],
    ['when it is a link at all', linkedInside, 'bag-footage-changed'],
    ['when it lies outside the folder of the footage', outside, 'bag-footage-changed'],
    ['when it is a folder', folder, 'bag-footage-changed'],
    ['when one byte is not what was approved', changed, 'bag-footage-changed'],
    ['when it is longer than what was approved', longer, 'bag-footage-changed'],
  ])('%s', async (_, clips, code) => {
    await expect(writeBag(bagFacts, clips(), house.options)).rejects.toMatchObject({ problem: { code } });
    expect(left()).toEqual([]);
  });

  it('under a name that is there', async () => {
    const { folder: there } = await writeBag(bagFacts, [house.clip()], house.options);
    const before = readFileSync(join(there, 'tagmanifest-sha256.txt'));
    await expect(writeBag(bagFacts, [house.clip()], house.options)).rejects.toMatchObject({
      problem: { code: 'bag-exists' },
    });
    expect(readFileSync(join(there, 'tagmanifest-sha256.txt'))).toEqual(before);
    expect(left()).toEqual(['share-2026-0001']);
  });

  it('under odd names, wherever they would lead (T9)', async () => {
    const clip = house.clip();
    const odd = fc.oneof(
      anyText(300),
      fc.constantFrom(
        '../../etc',
        '/etc',
        'a\u0000',
        'a/b',
        '-x',
        'CON',
        '..',
        '\u202e',
        'é',
        'a\\b',
        '%2e%2e',
        'x'.repeat(5000),
      ),
    );
    await fc.assert(
      fc.asyncProperty(odd, async (id) => {
        fc.pre(!/^[a-z0-9-]+$/.test(id));
        const failure = await writeBag({ ...bagFacts, id }, [clip], house.options).catch(
          (error: unknown) => error,
        );
        if (!(failure instanceof ProblemError) || failure.problem.code !== 'bag-refused') throw new Error(id);
      }),
      { numRuns: 30 },
    );
    expect(readdirSync(house.root)).toEqual(['footage']);
  });

  it.each([
    ['lines of the log', { custodyLines: bagFacts.custodyLines.slice(0, 1) }],
    ['a time', { madeAt: Number.NaN }],
    ['a time zone', { timeZone: 'Nowhere/At_all' }],
  ])('with %s that is none', async (_, facts) => {
    const making = writeBag({ ...bagFacts, ...facts }, [house.clip()], house.options);
    await expect(making).rejects.toMatchObject({ problem: { code: 'bag-refused' } });
    expect(left()).toEqual([]);
  });

  it('when the timestamp that was wanted cannot be had', async () => {
    const timestamp = { ...authority, ask: () => Promise.reject(new Error('no way')) };
    await expect(writeBag(bagFacts, [house.clip()], { ...house.options, timestamp })).rejects.toMatchObject({
      problem: { code: 'bag-timestamp-failed' },
    });
    expect(left()).toEqual([]);
  });

  it('when there can be no such folder', async () => {
    const at = join(house.root, 'file');
    writeFileSync(at, '');
    const making = writeBag(bagFacts, [house.clip()], { ...house.options, folder: join(at, 'bags') });
    await expect(making).rejects.toMatchObject({ problem: { code: 'bag-unwritable' } });
  });

  it('when it is called off, at whatever point', async () => {
    const off = new AbortController();
    const timestamp = {
      ...authority,
      ask: async () => {
        off.abort(new Error('enough'));
        throw new Error('called off');
      },
    };
    const options = { ...house.options, signal: off.signal };
    await expect(writeBag(bagFacts, [house.clip()], { ...options, timestamp })).rejects.toThrow('enough');
    await expect(writeBag(bagFacts, [house.clip()], options)).rejects.toThrow('enough');
    expect(left()).toEqual([]);
  });
});

/** Sections 2.1 to 2.4 and 3 of RFC 8493, and nothing of ours. Gives the payload. */
function readByTheRfc(folder: string): string[] {
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  expect(text('bagit.txt')).toMatch(/^BagIt-Version: 1\.0\nTag-File-Character-Encoding: UTF-8\n$/);
  const manifest = (name: string) =>
    text(name)
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [, hash = '', path = ''] = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(line) ?? [];
        expect(sha256(join(folder, path))).toBe(hash);
        return path;
      });
  const payload = manifest('manifest-sha256.txt');
  const tags = manifest('tagmanifest-sha256.txt');
  expect(payload).toEqual(filesIn(join(folder, 'data')).map((path) => `data/${path}`));
  expect(tags.some((path) => path.startsWith('data/') || path.startsWith('tagmanifest-'))).toBe(false);
  expect(tags).toEqual(expect.arrayContaining(['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt']));
  const bytes = payload.reduce((sum, path) => sum + readFileSync(join(folder, path)).length, 0);
  const info = text('bag-info.txt').trimEnd().split('\n');
  for (const line of info) expect(line).toMatch(/^[A-Z][A-Za-z-]+: \S/);
  expect(info).toContain(`Payload-Oxum: ${bytes}.${payload.length}`);
  expect(info).toContain('Bagging-Date: 2026-11-22');
  return payload;
}
