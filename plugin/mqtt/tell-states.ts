/** Keeps at the broker how each camera is. */
import type { Clock } from '../system/clock.ts';
import { endsMotion, type Motion, statesNow } from './camera-states.ts';
import type { ToldHub } from './hub.ts';
import type { Link } from './link.ts';
import type { Topics } from './topics.ts';

/** What lies on a doorstep may be known otherwise without an event; so often it is looked at. */
export const LOOK_MS = 10 * 60_000;

/** The returned function ends it: nobody is there any more, since nobody would clear it. */
export function tellStates(
  link: Pick<Link, 'keep'>,
  hub: Pick<ToldHub, 'cameras' | 'subscribe' | 'onSwitched'>,
  { topics, clock }: { topics: Topics; clock: Clock },
): () => void {
  /** By camera id, the motion that was told of last. */
  const motions = new Map<string, Motion>();
  const keepAll = (only?: string) => {
    for (const camera of hub.cameras().filter(({ id }) => only === undefined || id === only))
      for (const { name, payload } of statesNow(camera, motions.get(camera.id)))
        link.keep(topics.state(camera.slug, name), payload);
  };
  let cancelLook = () => {};
  const look = () => {
    keepAll();
    cancelLook = clock.after(LOOK_MS, look);
  };
  look();
  const stops = [
    hub.subscribe((event) => {
      if (!event.camera) return;
      if (event.kind === 'motion') motions.set(event.camera.id, event);
      if (endsMotion(event)) motions.delete(event.camera.id);
      keepAll(event.camera.id);
    }),
    hub.onSwitched(keepAll),
  ];
  return () => {
    cancelLook();
    for (const stop of stops) stop();
    motions.clear();
    keepAll();
  };
}
