import type { StorageInfo } from '../../protocol/api.ts';

/** An embedded storage, ready and empty. */
export function storageFacts(where: string): StorageInfo {
  return {
    target: { kind: 'embedded', where, state: 'ready', since: 0, fileSystem: 'ext4', freeBytes: 2 ** 34 },
    clips: 0,
    continuous: 0,
    bytes: 0,
    keepDays: 3,
    keepContinuousDays: 3,
    spool: { path: `${where}/spool`, bytes: 0, maxBytes: 2 ** 33, bufferedMs: 0 },
    dropped: { recordings: 0, bytes: 0 },
  };
}
