import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ZipEntry, zipBytes, zipParts } from './zip-writer.ts';

const AT = new Date(2026, 10, 22, 7, 23, 41).getTime();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zip-writer-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entry = (name: string, ...parts: Buffer[]): ZipEntry => ({
  ...{ name, bytes: parts.reduce((sum, { length }) => sum + length, 0), modifiedAt: AT },
  async *read() {
    yield* parts;
  },
});

async function whole(entries: readonly ZipEntry[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of zipParts(entries)) parts.push(part);
  return Buffer.concat(parts);
}

test('files, names and checksums come back', async () => {
  const data = [Buffer.from('one '), Buffer.from('two')];
  const entries = [entry('a/film.mp4', ...data), entry('a/Tür.json'), entry('b', Buffer.alloc(70_000, 7))];
  const zip = await whole(entries);
  expect(zip.length).toBe(zipBytes(entries));
  const back = readBack(zip);
  expect(back.map(({ name }) => name)).toEqual(['a/film.mp4', 'a/Tür.json', 'b']);
  expect(back[0]?.data.toString()).toBe('one two');
  for (const { crc, data } of back) expect(crc32(data)).toBe(crc);
});

test('more files than the small form can count', async () => {
  const entries = Array.from({ length: 65_600 }, (_, n) => entry(`${n}`));
  const zip = await whole(entries);
  expect(zip.length).toBe(zipBytes(entries));
  expect(zip.readUInt32LE(zip.length - 22 - 20)).toBe(0x07064b50);
  const end = zip.length - 22 - 20 - 56;
  expect(Number(zip.readBigUInt64LE(end + 32))).toBe(65_600);
});

test('a file that is not as long as it was said to be breaks it off', async () => {
  await expect(whole([{ ...entry('a', Buffer.alloc(10)), bytes: 11 }])).rejects.toThrow(
    '10 bytes instead of 11',
  );
});

const noPython = spawnSync('python3', ['--version']).status !== 0;

// What lies in the large file takes no room: it is a hole.
test.skipIf(noPython)('a file, and a place, beyond 4 GiB are understood by another program', async () => {
  const bytes = 2 ** 32 + 10;
  const large = { ...entry('large'), bytes };
  const chunk = Buffer.alloc(2 ** 26);
  let hole = 0;
  const filled: ZipEntry = {
    ...large,
    async *read() {
      for (let left = bytes; left > 0; left -= chunk.length)
        yield chunk.subarray(0, Math.min(left, chunk.length));
    },
  };
  const entries = [filled, entry('behind', Buffer.from('it'))];
  const path = join(folder, 'large.zip');
  const file = openSync(path, 'w');
  for await (const part of zipParts(entries)) {
    if (part.buffer !== chunk.buffer) writeSync(file, part, 0, part.length, hole);
    hole += part.length;
  }
  ftruncateSync(file, hole);
  closeSync(file);
  expect(hole).toBe(zipBytes(entries));
  const program = [
    'import sys, zipfile',
    'z = zipfile.ZipFile(sys.argv[1])',
    'print([i.file_size for i in z.infolist()], z.read("behind").decode())',
  ].join('\n');
  const { stdout, stderr } = spawnSync('python3', ['-c', program, path], { encoding: 'utf8' });
  expect([stdout.trim(), stderr]).toEqual([`[${bytes}, 2] it`, '']);
});

test.skipIf(spawnSync('unzip', ['-v']).status !== 0)('unzip has no complaint', async () => {
  const path = join(folder, 'day.zip');
  writeFileSync(path, await whole([entry('a/film.mp4', Buffer.alloc(5000, 1)), entry('a/film.json')]));
  const { status, stdout, stderr } = spawnSync('unzip', ['-t', path], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('No errors detected');
});

/** By the list at the end, as every program does. */
function readBack(zip: Buffer): { name: string; crc: number; data: Buffer }[] {
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  const files: { name: string; crc: number; data: Buffer }[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const [crc, bytes] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24)];
    const [name, extra] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30)];
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    files.push({
      crc,
      name: zip.toString('utf8', at + 46, at + 46 + name),
      data: zip.subarray(begin, begin + bytes),
    });
    at += 46 + name + extra;
  }
  return files;
}
