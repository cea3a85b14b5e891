/** Events from the hub to the end of a flow in a whole Node-RED: one by one, a thousand a second, and after the hub was away. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Closing } from '../plugin/system/closing.ts';
import { type FlowSink, flowToSink, now, openSink } from '../test/support/flow-sink.ts';
import { startNodeRed } from '../test/support/node-red.ts';
import { monotonicMs, type RigAnswer, type RigOrder } from './event-rig.ts';
import type { Group, Measured, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

const SINGLES = 1000;
const GAP_MS = 20;
const PER_SECOND = 1000;
const SECONDS = 30;
/** A restart takes some seconds; the longest is across several tries to reach it. */
const AWAY_MS = [300, 1000, 2500, 5000, 9000, 14_000];

const ROWS: readonly RowSpec[] = [
  {
    name: 'events-to-flow-p50',
    what: 'an event, from its publishing (journal included) until a TCP sink at the end of a flow (doorstep-doorbell, switch, change, tcp out) has it: median',
    unit: 'ms',
    target: 3,
  },
  { name: 'events-to-flow-p99', what: 'the same, 99th percentile', unit: 'ms', target: 25 },
  {
    name: 'events-flood-lost',
    what: `${PER_SECOND} events a second for ${SECONDS} s, each written to the journal: how many do not reach the end of the flow, or do so twice`,
    unit: 'events',
    target: 0,
  },
  {
    name: 'events-flood-over',
    what: `the same: how long after its ${SECONDS} s the last one is through`,
    unit: 'ms',
    target: 1000,
  },
  { name: 'events-flood-p50', what: 'the same: one event, median', unit: 'ms' },
  { name: 'events-flood-p99', what: 'the same: one event, 99th percentile', unit: 'ms' },
  {
    name: 'events-recovery-median',
    what: `the hub stops listening for ${AWAY_MS[0]} ms to ${(AWAY_MS.at(-1) ?? 0) / 1000} s: from listening again until the flow has what it missed`,
    unit: 'ms',
  },
  { name: 'events-recovery-max', what: 'the same, longest', unit: 'ms', target: 2000 },
];

export const events: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const rig = await startRig(closing);
    const sink = closing.use(await openSink());
    closing.use(
      await startNodeRed({
        flows: flowToSink({ sinkPort: sink.port, hubPort: rig.port }),
        credentials: { hub: { token: rig.token } },
      }),
    );
    await warmUp(rig, sink);
    return {
      ...(await oneByOne(rig, sink)),
      ...(await flood(rig, sink)),
      ...(await comeBack(rig, sink)),
    };
  },
};

/** Until the flow is connected; what was published before, it must not have. */
async function warmUp(rig: Rig, sink: FlowSink): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { published } = await rig.ask({ order: 'now-and-then', count: 1, gapMs: 100 });
    if (await sink.has(published[0]?.id ?? '', 300)) return;
  }
  throw new Error('The flow had no event.');
}

async function oneByOne(rig: Rig, sink: FlowSink): Promise<Record<string, Measured>> {
  const { published } = await rig.ask({ order: 'now-and-then', count: SINGLES, gapMs: GAP_MS });
  const { median, p99, count } = summarize(await delays(published, sink));
  return {
    'events-to-flow-p50': { value: median, samples: count },
    'events-to-flow-p99': { value: p99, samples: count },
  };
}

async function flood(rig: Rig, sink: FlowSink): Promise<Record<string, Measured>> {
  const before = sink.arrivals.length;
  const { published } = await rig.ask({
    order: 'steadily',
    count: PER_SECOND * SECONDS,
    perSecond: PER_SECOND,
  });
  const last = published.at(-1)?.id ?? '';
  // Events are in order, so what is not there with the last one does not come any more.
  const isThrough = await sink.has(last, 30_000);
  const arrived = sink.arrivals.slice(before).map(({ id }) => id);
  const there = new Set(arrived);
  const { median, p99, count } = summarize(
    await delays(
      published.filter(({ id }) => there.has(id)),
      sink,
    ),
  );
  const end = (published[0]?.at ?? 0) + SECONDS * 1000;
  const over = isThrough ? toMonotonic(await sink.arrival(last)) - end : Number.POSITIVE_INFINITY;
  const lost = published.filter(({ id }) => !there.has(id)).length;
  const twice = arrived.length - there.size;
  return {
    'events-flood-lost': { value: lost + twice, samples: published.length },
    'events-flood-over': { value: over, samples: 1 },
    'events-flood-p50': { value: median, samples: count },
    'events-flood-p99': { value: p99, samples: count },
  };
}

async function comeBack(rig: Rig, sink: FlowSink): Promise<Record<string, Measured>> {
  const samples: number[] = [];
  for (const ms of AWAY_MS) {
    const { missed, listeningAt } = await rig.ask({ order: 'away', ms });
    samples.push(toMonotonic(await sink.arrival(missed)) - listeningAt);
  }
  const { median, max, count } = summarize(samples);
  return {
    'events-recovery-median': { value: median, samples: count },
    'events-recovery-max': { value: max, samples: count },
  };
}

async function delays(published: readonly { id: string; at: number }[], sink: FlowSink): Promise<number[]> {
  return Promise.all(published.map(async ({ id, at }) => toMonotonic(await sink.arrival(id)) - at));
}

/** From `now()` of this process. */
const toMonotonic = (at: number) => at - now() + monotonicMs();

interface Rig {
  readonly port: number;
  readonly token: string;
  ask<Order extends RigOrder>(order: Order): Promise<AnswerTo<Order>>;
}
type AnswerTo<Order extends RigOrder> = Extract<
  RigAnswer,
  Order extends { order: 'away' } ? { missed: string } : { published: object }
>;

async function startRig(closing: Closing): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-bench-events-'));
  closing.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const child = fork(fileURLToPath(new URL('event-rig.ts', import.meta.url)), [
    join(folder, 'events.sqlite'),
  ]);
  closing.defer(async () => {
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
  });
  const ready = (await answerOf(child)) as Extract<RigAnswer, { port: number }>;
  return {
    ...ready,
    async ask<Order extends RigOrder>(order: Order) {
      const answer = answerOf(child);
      child.send(order);
      return (await answer) as AnswerTo<Order>;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<RigAnswer> {
  const gone = new AbortController();
  const ended = () => gone.abort(new Error('The rig has ended.'));
  child.once('exit', ended);
  const [answer] = await once(child, 'message', { signal: gone.signal });
  child.off('exit', ended);
  return answer as RigAnswer;
}
