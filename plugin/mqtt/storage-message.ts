/** What is told of storage over MQTT, and when it is worth telling. */
import type { StorageInfo, TargetState } from '../../protocol/api.ts';
import type { GapReason } from '../../protocol/event.ts';

/** Times are epoch ms. */
export interface StorageMessage {
  /** `unknown`: the hub does not run, or not reach the broker. */
  state: TargetState | 'unknown';
  /** Since when it is in this state. */
  since?: number;
  /** Length of the footage that waits on this machine. */
  waitingMinutes?: number;
  /** How long there is room for more; absent while nothing is recorded. */
  hoursLeft?: number;
  freeBytes?: number;
  /** What was given up in the last 7 days; reason and stretch of the last of it. */
  dropped?: { recordings: number; reason?: GapReason; from?: number; to?: number };
}

const MINUTE_MS = 60_000;
/** Free room is told in steps of this many bytes, so that a retained message does not change all the time. */
const STEP = 100_000_000;

/** What the broker keeps when the hub goes: that all is well would be a lie from then on. */
export const UNKNOWN: StorageMessage = { state: 'unknown' };

export function storageMessage({ target, spool, dropped }: StorageInfo): StorageMessage {
  const { recordings, last } = dropped;
  return {
    state: target.state,
    since: target.since,
    waitingMinutes: Math.round(spool.bufferedMs / MINUTE_MS),
    ...(spool.hoursLeft !== undefined && { hoursLeft: Math.floor(spool.hoursLeft * 10) / 10 }),
    ...(target.freeBytes !== undefined && { freeBytes: Math.floor(target.freeBytes / STEP) * STEP }),
    dropped: { recordings, ...(last && { reason: last.reason, from: last.from, to: last.to }) },
  };
}

/** State and losses are told at once, all else with the next minute. */
export function worthTelling(next: StorageMessage, told: StorageMessage): boolean {
  const { state, since, dropped } = next;
  return (
    state !== told.state || since !== told.since || JSON.stringify(dropped) !== JSON.stringify(told.dropped)
  );
}
