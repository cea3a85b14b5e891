/** What the dialogs of all nodes share that start a flow with events. */
import type { NodeConfig } from './node-red.ts';

export interface EventConfig extends NodeConfig {
  server?: string;
  cameras?: unknown;
  payload?: unknown;
  /** How long to wait for a picture, in ms; a string when it comes from an environment variable. */
  wait?: unknown;
  replay?: boolean;
}

/** Longer, and whoever rang has gone. */
const MAX_WAIT_MS = 30_000;

/** What was stored, in ms; 0 for what is no time. */
export function readWait(stored: unknown): number {
  const ms = Number(stored);
  return ms > 0 ? Math.min(ms, MAX_WAIT_MS) : 0;
}

/** A limit from 0 to 1; 0 for what is none. */
export function readScore(stored: unknown): number {
  return Number(stored) || 0;
}
