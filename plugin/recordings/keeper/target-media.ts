import { ProblemError } from '../../system/problem.ts';
import type { MediaFile } from '../contract.ts';
import { type Keeper, TargetError, type TargetFacts, type TargetSession } from './contract.ts';

/** What a stored file is known as. */
export interface TargetFile {
  bytes: number;
  sha256: string;
  /** Epoch ms. */
  modifiedAt: number;
}

/** The most that a session reads at a time. */
const READ_MOST = 2 ** 20;
/** A player gets its first picture soon, and the rest in larger stretches. */
const FIRST_STRETCH = 2 ** 18;
const STRETCH = 2 ** 21;

/**
 * A file at the target, for players and exports. It is read in stretches, the next one while the last is being taken, and each with a session of its own: a
 * player that pauses for an hour keeps nobody from unmounting the NAS.
 *
 * @param path below the root, with its ending
 */
export function targetMedia(
  keeper: Pick<Keeper, 'open'>,
  known: Pick<TargetFacts, 'id' | 'fileSystem' | 'mounted'>,
  path: string,
  { bytes, sha256, modifiedAt }: TargetFile,
): MediaFile {
  return {
    bytes,
    etag: sha256.slice(0, 32),
    modifiedAt,
    async *read(from, to, signal) {
      const over = new AbortController();
      const until = AbortSignal.any([signal, over.signal]);
      const end = Math.min(to, bytes);
      let at = from;
      const fetchNext = (size: number): Promise<Buffer[]> | undefined => {
        if (at >= end || until.aborted) return undefined;
        const start = at;
        at = Math.min(at + size, end);
        const stretch = readStretch(keeper, known, path, start, at, until);
        // Whoever stops reading hears no more of it.
        stretch.catch(() => {});
        return stretch;
      };
      try {
        let next = fetchNext(FIRST_STRETCH);
        while (next) {
          const blocks: Buffer[] = await next;
          next = fetchNext(STRETCH);
          yield* blocks;
        }
      } catch (error) {
        if (!signal.aborted) throw awayProblem(error, path);
      } finally {
        over.abort();
      }
    },
  };
}

async function readStretch(
  keeper: Pick<Keeper, 'open'>,
  known: Pick<TargetFacts, 'id' | 'fileSystem' | 'mounted'>,
  path: string,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Buffer[]> {
  await using session = await keeper.open(known, signal);
  const blocks: Buffer[] = [];
  for (let at = from; at < to; at += READ_MOST) {
    blocks.push(await readBlock(session, path, at, Math.min(at + READ_MOST, to), signal));
  }
  return blocks;
}

async function readBlock(
  session: TargetSession,
  path: string,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const block = await session.read(path, from, to, signal);
  if (block.length === to - from) return block;
  throw new TargetError('corrupt', `${path} is shorter there than it was when it was stored.`);
}

function awayProblem(error: unknown, path: string): ProblemError {
  const why = error instanceof TargetError ? error.message : 'The target does not answer.';
  return new ProblemError(
    {
      code: 'recording-away',
      what: `${path} cannot be read now. ${why}`,
      cure: 'See on the storage page whether the target is there; the recording can be watched when it is.',
    },
    { cause: error },
  );
}
