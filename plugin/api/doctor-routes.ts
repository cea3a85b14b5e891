import Type from 'typebox';
import { findCamera } from './camera-info.ts';
import { notFound } from './problems.ts';
import { type Call, jsonRoute, type Route } from './route.ts';
import * as shape from './schemas.ts';

/**
 * What these tell of the network, and what they do in it, is not for whoever may hear events: it takes the right to steer cameras.
 * They only look, so they are GET; whoever asks at the same time shares one examination.
 */
export const doctorRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/doctor',
    access: 'control',
    head: false,
    summary:
      'Examines host and cameras, which takes up to 15 s: what was found, and which setting to change.',
    reply: shape.doctorReport,
    handle: ({ hub }, call) => hub.examine({ signal: gone(call) }),
  }),
  jsonRoute({
    method: 'GET',
    path: '/cameras/:id/doctor',
    access: 'control',
    head: false,
    summary: 'The same for one camera, with each rule of HomeKit Secure Video.',
    params: Type.Object({ id: Type.String({ description: 'Id or slug.', maxLength: 128 }) }),
    reply: shape.cameraReport,
    async handle({ hub }, call) {
      const { ref } = findCamera(hub.cameras(), call.params.id);
      const { cameras } = await hub.examine({ cameraId: ref.id, signal: gone(call) });
      const report = cameras.find(({ camera }) => camera.id === ref.id);
      if (!report) throw notFound('This camera cannot be examined.', 'List the cameras.');
      return report;
    },
  }),
  jsonRoute({
    method: 'GET',
    path: '/discover',
    access: 'control',
    head: false,
    summary: 'Searches the network for ONVIF cameras, for about 3 s.',
    reply: shape.foundCamerasReply,
    handle: async ({ hub }, call) => ({ cameras: await hub.discover(gone(call)) }),
  }),
];

/** Aborts when nobody waits for the answer any more. */
function gone({ reply }: Pick<Call<never, never, never>, 'reply'>): AbortSignal {
  const closed = new AbortController();
  reply.raw.once('close', () => closed.abort());
  return closed.signal;
}
