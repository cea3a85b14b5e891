import type { StorageInfo } from '../../protocol/api.ts';

/** A piece of a bar: its bytes, and its share of the whole, 0 to 1. */
export interface RoomPart {
  part: 'kept' | 'others' | 'waits' | 'free';
  bytes: number;
  share: number;
}

/** What the place where recordings go is filled with; undefined while that is not known. */
export function targetRoom({ target, bytes, spool }: StorageInfo): RoomPart[] | undefined {
  const { freeBytes: free, totalBytes } = target;
  if (free === undefined) return undefined;
  // The pieces in the spool are kept as well, but not there.
  const kept = Math.max(0, target.kind === 'embedded' ? bytes : bytes - spool.bytes);
  const others = totalBytes === undefined ? 0 : Math.max(0, totalBytes - free - kept);
  return parts({ kept, others, free });
}

/** What waits on this machine, and how much more may. */
export function spoolRoom({ spool }: StorageInfo): RoomPart[] {
  return parts({ waits: spool.bytes, free: Math.max(0, spool.maxBytes - spool.bytes) });
}

function parts(bytesOf: Partial<Record<RoomPart['part'], number>>): RoomPart[] {
  const whole = Object.values(bytesOf).reduce((sum, bytes) => sum + bytes, 0);
  return Object.entries(bytesOf).map(([part, bytes]) => ({
    part: part as RoomPart['part'],
    bytes,
    share: whole > 0 ? bytes / whole : 0,
  }));
}
