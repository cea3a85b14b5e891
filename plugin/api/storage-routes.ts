import Type from 'typebox';
import type { StorageInfo } from '../../protocol/api.ts';
import type { ClipSource } from '../recordings/contract.ts';
import { type Clock, sleep } from '../system/clock.ts';
import { findCamera } from './camera-info.ts';
import { badRequest, HttpProblem } from './problems.ts';
import { jsonRoute, type Route } from './route.ts';
import { storageInfo, timelineReply } from './schemas.ts';

/** A week and the day that it ends on. */
const LONGEST_MS = 8 * 24 * 3_600_000;
const LOOKED_AT_MS = 3000;
const LOOK_AGAIN_MS = 100;

const place = Type.Object(
  {
    where: Type.String({
      description: 'The place that is meant, as `GET /storage` shows it; 409 when it is another by now.',
      maxLength: 2048,
    }),
  },
  { additionalProperties: false },
);

export const storageRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/storage',
    access: 'events',
    summary: 'Where recordings go, what waits for that place, and how much room there is.',
    reply: storageInfo,
    handle: ({ hub }) => hub.clips.storage(),
  }),
  jsonRoute({
    method: 'POST',
    path: '/storage/set-up',
    access: 'household',
    summary: 'Says that the target is the right place, so that recordings may go there.',
    body: place,
    reply: storageInfo,
    async handle({ hub, clock }, { body }) {
      await isStill(body.where, hub.clips);
      await hub.storage.setUpTarget();
      return onceReady(hub.clips, clock);
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/storage/try-again',
    access: 'household',
    summary: 'Looks for the target now, instead of within the minute. Answers after 3 s at the latest.',
    body: place,
    reply: storageInfo,
    async handle({ hub, clock }, { body }) {
      await isStill(body.where, hub.clips);
      await hub.storage.tryTarget();
      return onceReady(hub.clips, clock);
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/storage/allow-removal',
    access: 'household',
    summary: 'Allows the large removal that `GET /storage` asks about.',
    body: Type.Object(
      {
        recordings: Type.Integer({
          description: 'How many may go at most, as was shown; 409 when it would be more by now.',
          minimum: 1,
        }),
      },
      { additionalProperties: false },
    ),
    reply: storageInfo,
    async handle({ hub }, { body }) {
      const { asks, rebuilding } = await hub.clips.storage();
      if (rebuilding) throw changed('The list of recordings is being made again.');
      if (asks && asks.recordings > body.recordings) throw changed('More would be removed by now.');
      await hub.storage.allowRemoval();
      return hub.clips.storage();
    },
  }),
  jsonRoute({
    method: 'GET',
    path: '/cameras/:id/timeline',
    access: 'media',
    summary:
      'Stretches of time with footage of a camera, and those without, with the reason; at most 8 days a call.',
    params: Type.Object({ id: Type.String({ description: 'Id or slug.', maxLength: 128 }) }),
    query: Type.Object({
      from: Type.Integer({ description: 'Epoch ms.', minimum: 0 }),
      to: Type.Integer({ description: 'Epoch ms.', minimum: 0 }),
    }),
    reply: timelineReply,
    handle({ hub }, { params: { id }, query: { from, to } }) {
      if (from > to || to - from > LONGEST_MS) throw badRequest('"to" must be 0 to 8 days after "from"');
      return hub.clips.timeline({ camera: findCamera(hub.cameras(), id).ref.id, from, to });
    },
  }),
];

/** The place is looked at at once; how it is after that is the answer that the person waits for. */
async function onceReady(clips: ClipSource, clock: Clock): Promise<StorageInfo> {
  const until = clock.monotonic() + LOOKED_AT_MS;
  for (;;) {
    const storage = await clips.storage();
    if (storage.target.state === 'ready' || clock.monotonic() >= until) return storage;
    await sleep(clock, LOOK_AGAIN_MS);
  }
}

async function isStill(where: string, clips: ClipSource): Promise<void> {
  const { target } = await clips.storage();
  if (target.where !== where) throw changed('Recordings go to another place by now.');
}

/** What the person agreed to is not what would happen. */
function changed(what: string): HttpProblem {
  return new HttpProblem(409, { code: 'storage-changed', what, cure: 'Look at the storage page again.' });
}
