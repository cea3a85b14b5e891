import { join } from 'node:path';
import { check } from '../../plugin/recordings/check/check.ts';
import { openRecordingIndex } from '../../plugin/recordings/index/recording-index.ts';
import { createFolderTarget } from '../../plugin/recordings/keeper/folder-target.ts';
import { createSpool } from '../../plugin/recordings/spool/spool.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { Closing } from '../../plugin/system/closing.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** What `doorstep check --hashes` finds, with the target's bytes looked at where they really lie. No hub may run. */
export async function proveStorage(where: {
  storage: string;
  spool: string;
  target: string;
}): Promise<string[]> {
  const closing = new Closing();
  const shared = { clock: systemClock, log: quiet };
  try {
    const path = join(where.storage, 'doorstep', 'recordings.sqlite');
    const index = closing.use(openRecordingIndex({ path, ...shared, readOnly: true }));
    const spool = closing.use(createSpool({ folder: where.spool, index, ...shared }));
    const target = closing.use(
      createFolderTarget(
        { kind: 'folder', path: where.target, storage: where.storage, allowOutside: false },
        shared,
      ),
    );
    const session = closing.use(await target.open(undefined));
    const { findings } = await check({
      ...{ index, spool, session, hashes: true, repair: false },
      signal: new AbortController().signal,
    });
    return findings.map(({ invariant, what, where: at }) => `${invariant}: ${what} (${at})`);
  } finally {
    await closing[Symbol.asyncDispose]();
  }
}
