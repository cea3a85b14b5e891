import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FolderPlace, makeFolderPlace } from '../../../test/support/folder-place.ts';
import { systemClock } from '../../system/clock.ts';
import { ProblemError } from '../../system/problem.ts';
import type { MediaFile } from '../contract.ts';
import type { Keeper, TargetFacts } from './contract.ts';
import { createFolderTarget } from './folder-target.ts';
import { targetMedia } from './target-media.ts';

const CLIP = 'front-door/2026/11/22/072341-ring-01KABC.mp4';
const content = Buffer.alloc(7_000_001, createHash('sha512').update('clip').digest());
const sha256 = createHash('sha256').update(content).digest('hex');
const FILE = { bytes: content.length, sha256, modifiedAt: 1_790_000_000_000 };

let place: FolderPlace;
let facts: TargetFacts;
let opened: number;
let open: number;
let keeper: Pick<Keeper, 'open'>;

beforeEach(async () => {
  place = await makeFolderPlace();
  const target = createFolderTarget(place.config, { clock: systemClock });
  facts = await target.setUp({ id: randomUUID(), sure: true });
  const path = join(place.config.storage, 'clip.mp4');
  await writeFile(path, content);
  await using session = await target.open(facts);
  await session.put(CLIP, [{ path, bytes: content.length, sha256 }]);
  opened = 0;
  open = 0;
  keeper = {
    async open(...args) {
      const session = await target.open(...args);
      opened += 1;
      open += 1;
      const dispose = session[Symbol.asyncDispose].bind(session);
      return Object.assign(session, {
        [Symbol.asyncDispose]: async () => {
          open -= 1;
          await dispose();
        },
      });
    },
  };
});
afterEach(() => place[Symbol.asyncDispose]());

const media = (): MediaFile => targetMedia(keeper, facts, CLIP, FILE);

describe('a file at the target', () => {
  it('is known without a look at the target', () => {
    expect(media()).toMatchObject({ bytes: content.length, modifiedAt: FILE.modifiedAt });
    expect(media().etag).not.toContain('"');
    expect(opened).toBe(0);
  });

  it.each([
    [0, 7_000_001],
    [0, 10],
    [262_143, 262_145],
    [3_000_000, 6_500_000],
    [6_999_999, 9_000_000],
    [5, 5],
    [7_000_001, 7_000_002],
  ])('gives bytes %i to %i', async (from, to) => {
    const read = await buffer(media().read(from, to, new AbortController().signal));
    expect(read.equals(content.subarray(from, to))).toBe(true);
    expect(open).toBe(0);
  });

  it('holds no session while nobody takes what was read', async () => {
    const reading = media().read(0, content.length, new AbortController().signal)[Symbol.asyncIterator]();
    await reading.next();
    await expect.poll(() => [opened, open]).toEqual([2, 0]);
    await reading.return?.();
  });

  it('ends early, without an error, when it is called off', async () => {
    const stop = new AbortController();
    let bytes = 0;
    for await (const block of media().read(0, content.length, stop.signal)) {
      bytes += block.length;
      stop.abort();
    }
    expect(bytes).toBeLessThan(content.length);
    expect(await buffer(media().read(0, 10, AbortSignal.abort()))).toHaveLength(0);
  });

  it('says that it is away, when the target is, the file is, or a part of it is', async () => {
    const problemOf = async () => {
      const error = await buffer(media().read(0, content.length, new AbortController().signal)).catch(
        (error: unknown) => error,
      );
      expect(error).toBeInstanceOf(ProblemError);
      return (error as ProblemError).problem;
    };
    await place.raw.write(CLIP, content.subarray(0, 5_000_000));
    expect(await problemOf()).toMatchObject({
      code: 'recording-away',
      what: expect.stringContaining('shorter'),
    });
    facts = { ...facts, id: randomUUID() };
    expect(await problemOf()).toMatchObject({
      code: 'recording-away',
      what: expect.stringContaining('another place'),
    });
  });
});
