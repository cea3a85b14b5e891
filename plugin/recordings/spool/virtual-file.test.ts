import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMedia } from '../../../test/support/spool-house.ts';
import { ProblemError } from '../../system/problem.ts';
import { seal } from './durable.ts';
import { stretchesOf, virtualFile } from './virtual-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorstep-parts-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function pieceOf(data: Buffer) {
  const path = join(folder, String(count++));
  writeFileSync(path, data);
  return { path, ...seal(data) };
}

test('any range is that of the files, one after the other', async () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(parts, fc.nat(250), fc.nat(250), async (contents, from, to) => {
      const pieces = contents.map((each) => pieceOf(Buffer.from(each)));
      const whole = Buffer.concat(contents);
      const file = virtualFile(() => pieces, 0);
      expect(file.bytes).toBe(whole.length);
      expect(await readMedia(file, from, to)).toEqual(whole.subarray(from, to));
    }),
    { numRuns: 100 },
  );
});

test('stretches touch no file that has nothing to give', () => {
  expect(stretchesOf([4, 0, 4], 4, 6)).toEqual([{ index: 2, from: 0, to: 2 }]);
  expect(stretchesOf([4, 4], 2, 6)).toEqual([
    { index: 0, from: 2, to: 4 },
    { index: 1, from: 0, to: 2 },
  ]);
  expect(stretchesOf([4, 4], 8, 9)).toEqual([]);
  expect(stretchesOf([4, 4], 6, 2)).toEqual([]);
});

test('its tag tells one content from another, whatever the sizes', () => {
  const of = (...texts: string[]) =>
    virtualFile(() => texts.map((text) => ({ path: '', ...seal(Buffer.from(text)) })), 0).etag;
  expect(of('ab', 'c')).toBe(of('ab', 'c'));
  expect(new Set([of('ab', 'c'), of('a', 'bc'), of('ab', 'd'), of()]).size).toBe(4);
});

test('a read that has begun survives the removal of its files', async () => {
  const pieces = [pieceOf(Buffer.alloc(1_000_000, 1)), pieceOf(Buffer.alloc(1_000_000, 2))];
  const file = virtualFile(() => pieces, 0);
  const reading = file.read(0, file.bytes, new AbortController().signal)[Symbol.asyncIterator]();
  const { value: first } = await reading.next();
  for (const { path } of pieces) rmSync(path);
  const rest = await buffer({ [Symbol.asyncIterator]: () => reading });
  expect(Buffer.concat([first ?? Buffer.alloc(0), rest])).toEqual(
    Buffer.concat([Buffer.alloc(1_000_000, 1), Buffer.alloc(1_000_000, 2)]),
  );
});

test('a piece that moved while it was being opened is looked up once more; one that is gone is said to be', async () => {
  const piece = pieceOf(Buffer.from('here'));
  let asked = 0;
  const path = `${piece.path}-moved`;
  const file = virtualFile(() => [asked++ < 2 ? piece : { ...piece, path }], 0);
  renameSync(piece.path, path);
  expect((await readMedia(file)).toString()).toBe('here');
  rmSync(path);
  const error: unknown = await readMedia(file).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ problem: { code: 'recording-moved' } });
});

test('an aborted read ends without an error', async () => {
  const file = virtualFile(() => [pieceOf(Buffer.alloc(2_000_000))], 0);
  const stop = new AbortController();
  let bytes = 0;
  for await (const chunk of file.read(0, file.bytes, stop.signal)) {
    bytes += chunk.length;
    stop.abort();
  }
  expect(bytes).toBeLessThan(file.bytes);
});
