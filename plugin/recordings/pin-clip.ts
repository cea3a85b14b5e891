import type { ClipInfo } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { clipInfo } from './clip-info.ts';
import type { RecordingIndex } from './index/contract.ts';
import { sidecarOf } from './sidecar.ts';
import type { Spool } from './spool/contract.ts';

interface PinDeps {
  index: RecordingIndex;
  spool: Spool;
  log: Log;
  /** As for `clipInfo`. */
  namesFile: boolean;
}

/** Pins a clip or lets go of it, in the index and beside what lies in the spool. Rejects with a `ProblemError` (`no-such-clip`). */
export async function pinClip(id: string, pinned: boolean, deps: PinDeps): Promise<ClipInfo> {
  const { index, namesFile } = deps;
  const before = index.get(id);
  const info = clipInfo(before, { namesFile });
  if (!before || !info) {
    throw new ProblemError({
      code: 'no-such-clip',
      what: `There is no clip ${id}.`,
      cure: 'Ask /api/v1/clips for those there are.',
    });
  }
  // What an inquiry needs stays whatever the household does with its pins.
  if (before.keep === 'held') return info;
  index.setKeep(id, pinned ? 'pinned' : undefined);
  if (before.spooled && before.state !== 'open') await writeSidecar(id, deps);
  return clipInfo(index.get(id), { namesFile }) ?? info;
}

/** What a lost index would be made again from says it too. */
async function writeSidecar(id: string, { index, spool, log }: PinDeps): Promise<void> {
  const event = (await spool.sidecar(id))?.event;
  const now = index.get(id);
  if (!now?.spooled) return;
  try {
    await spool.writeSidecar(id, sidecarOf(now, index.segments(id), event));
  } catch (error) {
    // It may be on its way out of the spool; the one at the target is written anew in any case.
    log.debug(`The sidecar of ${id} stays as it was: ${reason(error)}`);
  }
}
