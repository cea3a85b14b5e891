/** Keeps at the broker the last picture of a ring, of somebody and of a package. Only where the owner wants it: whoever reads the broker sees them. */
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { ToldCamera, ToldHub } from './hub.ts';
import type { Link } from './link.ts';
import { PICTURES, type PictureName, type Topics } from './topics.ts';

/** Larger ones are not sent, in bytes: brokers and phones choke on them. */
const MOST_BYTES = 2 * 1024 * 1024;
/** Who took a package was best seen at most this long before it is known that it is gone, in ms. */
const SAME_VISIT_MS = 120_000;

/** Which picture an event renews, and since when (epoch ms) the best of the visit is one of it; undefined: only what is seen now. */
export function pictureOf(
  { kind, phase, label, at }: Pick<DoorstepEvent, 'kind' | 'phase' | 'label' | 'at'>,
  visitBegan: number | undefined,
): { name: PictureName; bestSince?: number } | undefined {
  if (kind === 'doorbell') return { name: 'ring' };
  if (kind === 'package' && phase === 'delivered') return { name: 'package' };
  if (kind === 'package' && phase === 'removed') return { name: 'package', bestSince: at - SAME_VISIT_MS };
  if (kind !== 'motion' || label !== 'person') return undefined;
  if (phase !== 'end') return { name: 'person' };
  return visitBegan === undefined ? undefined : { name: 'person', bestSince: visitBegan };
}

/** None is kept from before: what may not be shown any more, nobody could say. The returned function ends it. */
export function tellPictures(
  link: Pick<Link, 'keep'>,
  hub: Pick<ToldHub, 'cameras' | 'subscribe' | 'onSwitched' | 'onForget' | 'snapshot' | 'bestStill'>,
  { topics, log }: { topics: Topics; log: Log },
): () => void {
  const cameraOf = (id: string | undefined) => hub.cameras().find((camera) => camera.id === id);
  /** By camera id: grows when nothing that was seen may be shown any more. */
  const turns = new Map<string, number>();
  /** By camera id, when the motion began that is under way. */
  const began = new Map<string, number>();
  const forget = ({ id, slug }: ToldCamera) => {
    turns.set(id, (turns.get(id) ?? 0) + 1);
    for (const name of PICTURES) link.keep(topics.picture(slug, name), '');
  };
  const send = async ({ id, slug }: ToldCamera, name: PictureName, bestSince?: number) => {
    const turn = turns.get(id);
    const best = bestSince === undefined ? undefined : hub.bestStill(id);
    const isOfIt = best && best.takenAt >= (bestSince ?? 0);
    const still = isOfIt ? best : await hub.snapshot(id);
    if (turns.get(id) !== turn || cameraOf(id)?.privacy !== false) return;
    if (still.source === 'placeholder' || still.source === 'privacy') return;
    if (still.jpeg.length <= MOST_BYTES) link.keep(topics.picture(slug, name), still.jpeg);
  };

  for (const camera of hub.cameras()) forget(camera);
  const forgetIf = (id: string, must: (camera: ToldCamera) => boolean) => {
    const camera = cameraOf(id);
    if (camera && must(camera)) forget(camera);
  };
  const stops = [
    hub.onSwitched((id) => forgetIf(id, ({ privacy }) => privacy)),
    hub.onForget((id) => forgetIf(id, () => true)),
    hub.subscribe((event) => {
      const camera = cameraOf(event.camera?.id);
      if (!camera) return;
      const wanted = pictureOf(event, began.get(camera.id));
      if (event.kind === 'motion' && event.phase === 'start') began.set(camera.id, event.at);
      if (!wanted || camera.privacy) return;
      send(camera, wanted.name, wanted.bestSince).catch((error) =>
        log.debug(`MQTT: no picture of ${event.kind} ${event.phase} at ${camera.name}: ${reason(error)}`),
      );
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
