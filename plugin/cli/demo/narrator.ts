import type { DoorstepEvent } from '../../../protocol/event.ts';
import { clockTime, type Happening } from './visit-report.ts';

/** One calm line about an event, for a person at a terminal; undefined for what needs no words. */
export function eventLine(event: DoorstepEvent): string | undefined {
  const where = event.camera ? ` at ${event.camera.name}` : '';
  const words = WORDS[`${event.kind} ${event.phase}`];
  return words && `${clockTime(event.detectedAt)}  ${words}${where}`;
}

const WORDS: Record<string, string> = {
  'doorbell ring': 'The bell rang',
  'motion start': 'Something moved',
  'motion end': 'Quiet again',
  'clip ready': 'Clip ready of what happened',
  'camera online': 'Picture is there',
  'camera offline': 'No picture',
};

/** What the demo's report counts an event as. */
export function happeningOf({ kind, phase }: DoorstepEvent): Happening | undefined {
  if (kind === 'doorbell') return 'ring';
  if (kind === 'clip') return 'clip ready';
  if (kind !== 'motion') return undefined;
  if (phase === 'start') return 'motion start';
  return phase === 'end' ? 'motion end' : undefined;
}

/** What a line of Node-RED's log says that the example flow saw: its debug nodes print there. */
export function nodeRedHappening(line: string): Happening | undefined {
  const name = /\[debug:([^\]]+)\]/.exec(line)?.[1];
  return name === undefined ? undefined : DEBUG_NODES[name];
}

const DEBUG_NODES: Record<string, Happening> = {
  Ring: 'ring',
  'Motion starts': 'motion start',
  'Motion ends': 'motion end',
};
