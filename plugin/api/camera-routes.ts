import { Readable } from 'node:stream';
import Type from 'typebox';
import { SNAPSHOT_HEADERS, SNOOZE_MINUTES } from '../../protocol/api.ts';
import { privacyOn } from '../camera/trigger-policy.ts';
import { ProblemError } from '../system/problem.ts';
import { cameraInfo, findCamera } from './camera-info.ts';
import { MJPEG_TYPE, mjpegParts } from './mjpeg.ts';
import { pictureHeaders } from './picture-headers.ts';
import { HttpProblem } from './problems.ts';
import { jsonRoute, mediaRoute, type Route } from './route.ts';
import * as shape from './schemas.ts';

const params = Type.Object({ id: Type.String({ description: 'Id or slug.', maxLength: 128 }) });

const size = Type.Object({
  width: shape.pixels('Wanted width; the picture keeps its shape and may be larger.'),
  height: shape.pixels('Wanted height.'),
});

export const cameraRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/cameras',
    access: 'events',
    summary: 'All cameras and how they are.',
    reply: shape.camerasReply,
    handle: ({ hub }) => ({ cameras: hub.cameras().map((camera) => cameraInfo(hub, camera)) }),
  }),
  jsonRoute({
    method: 'GET',
    path: '/cameras/:id',
    access: 'events',
    summary: 'One camera.',
    params,
    reply: shape.cameraInfo,
    handle: ({ hub }, call) => cameraInfo(hub, findCamera(hub.cameras(), call.params.id)),
  }),
  mediaRoute({
    method: 'GET',
    path: '/cameras/:id/snapshot.jpg',
    access: 'media',
    summary: `The newest picture; \`${SNAPSHOT_HEADERS.takenAt}\` (epoch ms), \`${SNAPSHOT_HEADERS.ageMs}\` and \`${SNAPSHOT_HEADERS.source}\` say when and how it was had.`,
    params,
    query: size,
    media: 'image/jpeg',
    async handle({ hub, clock }, call) {
      const still = await findCamera(hub.cameras(), call.params.id).snapshot(call.query).catch(noPicture);
      call.reply.headers(pictureHeaders(still, clock.now()));
      return still.jpeg;
    },
  }),
  mediaRoute({
    method: 'GET',
    path: '/cameras/:id/live.mjpeg',
    access: 'media',
    summary: `Up to 5 pictures a second, for what shows no video; endless. Each part has \`${SNAPSHOT_HEADERS.takenAt}\` and \`${SNAPSHOT_HEADERS.ageMs}\`.`,
    params,
    query: size,
    media: MJPEG_TYPE,
    head: false,
    handle({ hub, auth, clock }, { caller, ...call }) {
      const camera = findCamera(hub.cameras(), call.params.id);
      if (camera.state.privacy) throw new ProblemError(privacyOn(camera.ref.name));
      if (!camera.state.online) throw noPictureNow();
      const gone = new AbortController();
      call.request.raw.socket.once('close', () => gone.abort());
      call.reply.header('content-type', MJPEG_TYPE).header('cache-control', 'no-store');
      const goesOn = () => camera.state.online && caller !== undefined && auth.stillValid(caller);
      return Readable.from(mjpegParts(camera, { ...call.query, clock, goesOn, signal: gone.signal }));
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/cameras/:id/trigger',
    access: 'control',
    summary: 'Makes a camera ring, or reports motion, as if the camera had said so.',
    params,
    body: Type.Object(
      {
        kind: shape.triggerKind,
        test: Type.Optional(Type.Boolean({ description: 'Marks the event as set off to try things out.' })),
      },
      { additionalProperties: false },
    ),
    reply: shape.triggerReply,
    handle({ hub }, call) {
      const { ref } = findCamera(hub.cameras(), call.params.id);
      return {
        eventId: hub.trigger(ref.id, call.body.kind, { test: call.body.test ?? false, from: 'order' }),
      };
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/cameras/:id/actions',
    access: 'control',
    summary:
      'Privacy mode on or off; detection armed, not, or resting for a while; packages. Answers with the camera as it is then.',
    params,
    body: Type.Object(
      {
        action: shape.cameraAction,
        minutes: Type.Optional(
          Type.Integer({
            description: `Of \`snooze\`: how long detection rests; ${SNOOZE_MINUTES.default} by default.`,
            minimum: SNOOZE_MINUTES.min,
            maximum: SNOOZE_MINUTES.max,
          }),
        ),
      },
      { additionalProperties: false },
    ),
    reply: shape.cameraInfo,
    async handle({ hub }, call) {
      const camera = findCamera(hub.cameras(), call.params.id);
      const { action, ...details } = call.body;
      await hub.act(camera.ref.id, action, details);
      return cameraInfo(hub, camera);
    },
  }),
];

function noPicture(error: unknown): never {
  if (error instanceof ProblemError) throw new HttpProblem(503, error.problem, 5);
  throw error;
}

function noPictureNow() {
  return new HttpProblem(
    503,
    {
      code: 'camera-offline',
      what: 'The camera has no picture now.',
      cure: 'Look at the camera itself: power, network, address and password.',
    },
    5,
  );
}
