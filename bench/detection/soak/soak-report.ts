/** What days and nights showed, in words. Pure. */
import type { MemorySample, SoakOutcome } from './soak.ts';

/** Memory that grows less than this in a day is flat, in MiB: a restart a year is not needed for it. */
const FLAT = 1.5;

/** How much a value grows in a day, by the straight line through the samples after the first quarter. */
export function growthPerDay(samples: readonly { hours: number; value: number }[]): number {
  const settled = samples.slice(Math.floor(samples.length / 4));
  const mean = (of: (sample: { hours: number; value: number }) => number) =>
    settled.reduce((sum, sample) => sum + of(sample), 0) / settled.length;
  const middle = { hours: mean(({ hours }) => hours), value: mean(({ value }) => value) };
  const spread = mean(({ hours }) => (hours - middle.hours) ** 2);
  if (!(spread > 0)) return 0;
  return (mean(({ hours, value }) => (hours - middle.hours) * (value - middle.value)) / spread) * 24;
}

const heapGrowth = (memory: readonly MemorySample[]) =>
  growthPerDay(memory.map(({ hours, heapMiB }) => ({ hours, value: heapMiB })));
const rssGrowth = (memory: readonly MemorySample[]) =>
  growthPerDay(memory.map(({ hours, rssMiB }) => ({ hours, value: rssMiB })));

/** No false package event, the right packages in the end, and memory that does not grow. */
export function keptInSoak({ events, counted, lying, memory }: SoakOutcome): boolean {
  return events.wrong.length === 0 && counted === lying && heapGrowth(memory) < FLAT;
}

export function soakLines(outcome: SoakOutcome): string[] {
  const { hours, pictures, coreMs, events, counted, lying, memory } = outcome;
  const { found, missed, wrong } = events;
  const clock = (seconds: number) =>
    `day ${Math.floor(seconds / 86_400) + 1} ${new Date(seconds * 1000).toISOString().slice(11, 19)}`;
  const last = memory.at(-1);
  return [
    ...wrong.map(({ at, phase, rule, score }) => `${clock(at)} FALSE ${phase}: ${rule} ${score.toFixed(2)}`),
    ...missed.map(({ at, phase }) => `${clock(at)} MISSED ${phase}`),
    `${hours} h, ${pictures} pictures, ${coreMs.toFixed(2)} ms a picture`,
    `package events: ${found.length + missed.length} expected, ${found.length} found, ${found.filter(({ right }) => right).length} of them the right way round, ${wrong.length} false`,
    `packages in the end: ${counted} told, ${lying} there`,
    last
      ? `memory: heap ${last.heapMiB.toFixed(1)} MiB, growing ${heapGrowth(memory).toFixed(2)} MiB a day; process ${last.rssMiB.toFixed(0)} MiB, growing ${rssGrowth(memory).toFixed(1)} MiB a day`
      : 'memory: it took less than an hour',
    `${keptInSoak(outcome) ? 'kept    ' : 'NOT KEPT'} no false package event, right in the end, memory flat`,
  ];
}

export function soakJson(outcome: SoakOutcome): object {
  const { hours, pictures, coreMs, events, counted, lying, memory } = outcome;
  return {
    ...{ hours, pictures, coreMs, found: events.found.length, missed: events.missed.length },
    ...{ false: events.wrong.length, counted, lying, kept: keptInSoak(outcome) },
    ...{ heapMiBPerDay: heapGrowth(memory), rssMiBPerDay: rssGrowth(memory), memory },
  };
}
