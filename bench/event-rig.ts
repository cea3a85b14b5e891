/** A hub that has events alone, as a process of its own: the real bus, journal and API, told by the bench what to publish. */
import { setTimeout as wait } from 'node:timers/promises';
import { EventBus } from '../plugin/events/bus.ts';
import { openJournal } from '../plugin/events/journal.ts';
import { systemClock } from '../plugin/system/clock.ts';
import { FRONT_DOOR, serveEvents } from '../test/support/event-hub.ts';

/** What the bench says. */
export type RigOrder =
  /** Publishes so many, each a random part of `gapMs` after the one before. */
  | { order: 'now-and-then'; count: number; gapMs: number }
  | { order: 'steadily'; count: number; perSecond: number }
  /** Stops listening, publishes one event, and listens again `ms` later. */
  | { order: 'away'; ms: number };

/** What it answers; the first is `ready`. Times are `monotonicMs()`. */
export type RigAnswer =
  | { port: number; token: string }
  /** In the order of publishing; `at` before the event was written to the journal. */
  | { published: { id: string; at: number }[] }
  | { missed: string; listeningAt: number };

/** One clock for all processes of a machine (CLOCK_MONOTONIC on Linux). */
export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

if (process.send && process.argv[2]) await serve(process.argv[2]);

async function serve(path: string): Promise<void> {
  const silent = () => {};
  const log = { debug: silent, info: silent, warn: console.warn, error: console.error };
  const journal = openJournal({ path, clock: systemClock, log });
  const hub = await serveEvents(new EventBus({ journal, clock: systemClock, log }));
  const answer = (reply: RigAnswer) => process.send?.(reply);
  const publish = () => {
    const at = monotonicMs();
    const { id } = hub.events.publish({
      kind: 'doorbell',
      phase: 'ring',
      camera: FRONT_DOOR,
      at: Date.now(),
    });
    return { id, at };
  };

  process.on('message', async (order: RigOrder) => {
    switch (order.order) {
      case 'now-and-then': {
        const published = [];
        for (let count = 0; count < order.count; count++) {
          await wait(Math.random() * order.gapMs);
          published.push(publish());
        }
        answer({ published });
        return;
      }
      case 'steadily': {
        const published = [];
        const begun = monotonicMs();
        while (published.length < order.count) {
          const due = Math.min(order.count, ((monotonicMs() - begun) / 1000) * order.perSecond);
          while (published.length < due) published.push(publish());
          await wait(1);
        }
        answer({ published });
        return;
      }
      case 'away': {
        await hub.goAway();
        const { id } = publish();
        await wait(order.ms);
        await hub.comeBack();
        answer({ missed: id, listeningAt: monotonicMs() });
        return;
      }
    }
  });
  process.once('disconnect', async () => {
    await hub[Symbol.asyncDispose]();
    journal[Symbol.dispose]();
  });
  answer({ port: hub.port, token: hub.auth.createToken({ name: 'bench', scopes: ['events'] }).token });
}
