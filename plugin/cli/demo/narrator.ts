import type { DoorstepEvent, PackageFacts } from '../../../protocol/event.ts';
import { clockTime, type Happening } from './visit-report.ts';

/** Calm lines about events, for a person at a terminal; undefined for what needs no words, or was said just now. */
export function createNarrator(): (event: DoorstepEvent) => string | undefined {
  let last: string | undefined;
  return (event) => {
    const words = wordsOf(event);
    if (words === undefined || words === last) return undefined;
    last = words;
    return `${clockTime(event.detectedAt)}  ${words}`;
  };
}

function wordsOf(event: DoorstepEvent): string | undefined {
  const isSomebody = event.label === 'person' && event.kind === 'motion' && event.phase !== 'end';
  const words = isSomebody ? 'Somebody is there' : WORDS[`${event.kind} ${event.phase}`];
  if (words === undefined) return undefined;
  const where = event.camera ? ` at ${event.camera.name}` : '';
  return `${words}${where}${event.package ? packageWords(event.phase, event.package) : ''}`;
}

const WORDS: Record<string, string> = {
  'doorbell ring': 'The bell rang',
  'motion start': 'Something moved',
  'motion end': 'Quiet again',
  'package delivered': 'A package came',
  'package removed': 'A package is gone',
  'package corrected': 'A better view showed something else',
  'clip ready': 'Clip ready of what happened',
  'camera online': 'Picture is there',
  'camera offline': 'No picture',
};

const VERDICTS: Record<NonNullable<PackageFacts['verdict']>, string> = {
  collected: 'collected',
  taken: 'taken, as it seems: nobody of the household said that they have it',
  unknown: 'by whom, nobody said',
};

function packageWords(phase: DoorstepEvent['phase'], facts: PackageFacts): string {
  const { count, presentForMs, verdict } = facts;
  if (phase === 'delivered') return `; ${count === 1 ? 'one lies' : `${count} lie`} there`;
  const stayed = presentForMs === undefined ? '' : `, after ${Math.round(presentForMs / 1000)} s`;
  return `${stayed}${verdict ? ` (${VERDICTS[verdict]})` : ''}`;
}

/** What the demo's report counts an event as. */
export function happeningsOf({ kind, phase, label }: DoorstepEvent): Happening[] {
  if (kind === 'doorbell') return ['ring'];
  if (kind === 'clip') return ['clip ready'];
  if (kind === 'package') return phase === 'delivered' || phase === 'removed' ? [phase] : [];
  if (kind !== 'motion') return [];
  if (phase === 'end') return ['motion end'];
  return [
    ...(phase === 'start' ? (['motion start'] as const) : []),
    ...(label === 'person' ? (['person'] as const) : []),
  ];
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
