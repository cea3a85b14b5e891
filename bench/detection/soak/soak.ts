/** Days and nights before a camera's `Sight`, with people whom a model without mistakes sees: what it tells, and what it costs in memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SmallFrame } from '../../../plugin/camera/contract.ts';
import type { Crop, Detector, Sight, SightOptions } from '../../../plugin/detection/contract.ts';
import { type ToldEvent, toldEvents } from '../heard.ts';
import { type Matching, matchActs } from '../match.ts';
import { type HeardNews, replay } from '../replay.ts';
import { actsOf, type Day, lyingAt, writeDays } from './day.ts';
import { Scene } from './scene.ts';

/** Midnight at the start. */
const STARTS_AT = Date.UTC(2026, 2, 2);
/** Between two pictures, in seconds. */
const GAP = 0.2;
/** Around what happens every picture is drawn, so many seconds before and after. */
const AROUND = 25;
const NONE: Crop = { width: 0, height: 0, rgb: new Uint8Array() };

export interface SoakOptions {
  /** Seconds after midnight at which it begins and ends. */
  from: number;
  to: number;
  seed: number;
  /** While nobody is near, only so many of the pictures are drawn; 1 is all. */
  calmShare: number;
  createSight: (options: SightOptions) => Sight;
  /** Called about once a simulated hour, with how many are over. */
  onHour?: (hours: number) => void;
}

export interface SoakOutcome {
  hours: number;
  pictures: number;
  /** Processor time a picture, without drawing it, in ms. */
  coreMs: number;
  events: Matching<ToldEvent>;
  /** How many packages were said to lie there in the end, and how many did that came meanwhile. */
  counted: number;
  lying: number;
  memory: MemorySample[];
}

export interface MemorySample {
  hours: number;
  heapMiB: number;
  rssMiB: number;
}

export async function soak(options: SoakOptions): Promise<SoakOutcome> {
  const { from, to, seed, createSight } = options;
  const day = writeDays(to, seed);
  const scene = new Scene(day);
  const packages: HeardNews[] = [];
  const memory: MemorySample[] = [];
  const sight = createSight({
    zones: { doorstep: [], motion: [], ignore: [] },
    ...{ people: true, packages: true, smallest: 0.1, shortestMs: 600 },
    leanings: { motion: 0, person: 0, package: 0 },
  });
  const onHour = (hours: number) => {
    memory.push(memoryNow(hours));
    options.onHour?.(hours);
  };
  const played = await replay(pictures(scene, day, options, onHour), sight, perfectModel(scene), {
    ...{ lookMs: 150, realTime: false },
    onNews: ({ news, ...heard }) => {
      // Its pictures would count as memory that the detection holds.
      if (news.type === 'package') packages.push({ ...heard, news: { ...news, before: NONE, after: NONE } });
    },
  });
  const acts = actsOf(day).filter(({ at }) => at >= from && at < to);
  const before = lyingAt(day, from);
  const events = matchActs(acts, toldEvents(packages, STARTS_AT), day.visits);
  return {
    hours: (to - from) / 3600,
    pictures: played.pictures,
    coreMs: played.coreMs / played.pictures,
    events,
    counted: sight.info().packages.length,
    lying: lyingAt(day, to).filter((parcel) => !before.includes(parcel)).length,
    memory,
  };
}

async function* pictures(
  scene: Scene,
  day: Day,
  { from, to, calmShare }: SoakOptions,
  onHour: (hours: number) => void,
): AsyncGenerator<SmallFrame> {
  const every = Math.round(1 / calmShare);
  let hour = 0;
  for (let index = 0; from + index * GAP < to; index++) {
    const at = from + index * GAP;
    const isNear = day.visits.some((visit) => at > visit.from - AROUND && at < visit.to + AROUND);
    if (!isNear && index % every !== 0) continue;
    yield scene.picture(at, STARTS_AT);
    if (at - from >= (hour + 1) * 3600) onHour(++hour);
  }
}

function perfectModel(scene: Scene): Detector {
  return {
    name: 'a model without mistakes',
    labels: ['person'],
    detect: async (frame, part) => scene.people((frame.at - STARTS_AT) / 1000, part),
    async [Symbol.asyncDispose]() {},
  };
}

const MIB = 2 ** 20;

/** Collects garbage at once. Node gives that to whoever sets a flag; one set late is seen by new contexts alone. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  // Memory outside of the heap that the first one found free is given back while it goes on; the second one waits for that.
  collect();
}

function memoryNow(hours: number): MemorySample {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { hours, heapMiB: (heapUsed + external) / MIB, rssMiB: rss / MIB };
}
