/** What is given up when the spool has no room: recordings that wait for a target that does not take them. */
import type { KeptRecording } from '../index/contract.ts';

const MIB = 2 ** 20;
/** What stays free on the disk of the spool for everything else on this machine. */
const SPARE_BYTES = 512 * MIB;
const SPARE_SHARE = 0.05;

/** Sizes in bytes. */
export interface SpoolRoom {
  /** All that lies in the spool, what is being written included. */
  usedBytes: number;
  maxBytes: number;
  /** Of the disk on which it lies. */
  freeBytes: number;
  totalBytes: number;
}

/** How much the spool can still take, in bytes; negative when it has too much already. */
export function roomLeft({ usedBytes, maxBytes, freeBytes, totalBytes }: SpoolRoom): number {
  return Math.min(maxBytes - usedBytes, freeBytes - spareBytes(totalBytes));
}

/** On a small disk 512 MiB would be too much to ask. */
export function spareBytes(totalBytes: number): number {
  return Math.min(SPARE_BYTES, totalBytes * SPARE_SHARE);
}

/** So little in the spool is nothing to tell of, however full the disk is. */
const LEAST_TOLD_BYTES = 64 * MIB;

/** Whether the household should hear of it: four fifths of what the spool may take are taken. Once said, it is over below seven tenths. */
export function isLow(room: SpoolRoom, wasLow: boolean): boolean {
  const capacity = room.usedBytes + roomLeft(room);
  if (wasLow) return room.usedBytes >= 0.7 * capacity;
  return room.usedBytes >= Math.max(0.8 * capacity, Math.min(LEAST_TOLD_BYTES, room.maxBytes / 20));
}

/**
 * Which of the waiting recordings go so that there is room again: continuous recording before clips, the oldest first, no more than needed; never one that is kept.
 * Ids in that order.
 */
export function planGiveUp(waiting: readonly KeptRecording[], room: SpoolRoom): string[] {
  let missing = -roomLeft(room);
  const given: string[] = [];
  for (const { id, bytes } of leastWorthFirst(waiting)) {
    if (missing <= 0) break;
    given.push(id);
    missing -= bytes;
  }
  return given;
}

/** Those that may go: continuous recording before clips, each oldest first. */
export function leastWorthFirst(recordings: readonly KeptRecording[]): KeptRecording[] {
  const rank = ({ kind }: KeptRecording) => (kind === 'continuous' ? 0 : 1);
  return recordings
    .filter(({ keep }) => !keep)
    .sort((a, b) => rank(a) - rank(b) || a.endedAt - b.endedAt || (a.id < b.id ? -1 : 1));
}
