import Type from 'typebox';
import type { DecisionInfo } from '../../protocol/detection.ts';
import type { CameraAreas } from '../detection/orders.ts';
import { faultOfZones } from '../detection/zones-fault.ts';
import { zonesVersion } from '../detection/zones-version.ts';
import { findCamera } from './camera-info.ts';
import type { HubServices } from './contract.ts';
import * as shape from './detection-schemas.ts';
import { badRequest, HttpProblem, notFound } from './problems.ts';
import { jsonRoute, mediaRoute, type Route } from './route.ts';

const camera = Type.Object({ id: Type.String({ description: 'Id or slug.', maxLength: 128 }) });
const decision = Type.Object({ id: Type.String({ maxLength: 64 }) });

/** How a camera is set up tells what the household hides, so it is for those who may set it. */
export const detectionRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/cameras/:id/zones',
    access: 'control',
    summary: 'The areas that the household drew for a camera, and the privacy masks of its configuration.',
    params: camera,
    reply: shape.zonesReply,
    handle: ({ hub }, { params }) => withVersion(hub.detection.zones(cameraId(hub, params))),
  }),
  jsonRoute({
    method: 'PUT',
    path: '/cameras/:id/zones',
    access: 'household',
    summary:
      'Replaces them: each kind at most 16 areas of 3 to 32 corners [x, y], from 0 (left, top) to 1. 409 where somebody else changed them since the `version` that was read. When it answers, what `privacy` covers is black in every picture.',
    params: camera,
    body: shape.zonesOrder,
    reply: shape.zonesReply,
    async handle({ hub }, { params, body: { version, ...zones } }) {
      const fault = faultOfZones(zones);
      if (fault !== undefined) throw badRequest(fault);
      const id = cameraId(hub, params);
      // Said again, since the first answer was lost or the disk was full, it is nobody else's.
      const known = [version, zonesVersion(zones)];
      if (!known.includes(zonesVersion(hub.detection.zones(id)))) throw zonesChanged();
      return withVersion(await hub.detection.setZones(id, zones));
    },
  }),
  jsonRoute({
    method: 'GET',
    path: '/cameras/:id/tuning',
    access: 'control',
    summary: 'How answers to its decisions moved the thresholds of a camera.',
    params: camera,
    reply: shape.tuning,
    handle: ({ hub }, { params }) => hub.detection.tuning(cameraId(hub, params)),
  }),
  jsonRoute({
    method: 'DELETE',
    path: '/cameras/:id/tuning',
    access: 'household',
    summary:
      'Puts them back as shipped: answers given until now count no more. Answers with how they are then.',
    params: camera,
    reply: shape.tuning,
    handle: ({ hub }, { params }) => hub.detection.resetTuning(cameraId(hub, params)),
  }),
  jsonRoute({
    method: 'GET',
    path: '/cameras/:id/sight',
    access: 'media',
    summary: 'What the detector sees now, for drawing over the picture; empty while nothing looks.',
    params: camera,
    reply: shape.sightReply,
    async handle({ hub }, { params }) {
      const sight = await hub.detection.sight(cameraId(hub, params));
      return sight ? { sight } : {};
    },
  }),
  jsonRoute({
    method: 'GET',
    path: '/decisions',
    access: 'events',
    summary:
      'What the detection decided, and why, newest first. Kept for 90 days, the newest 2,000 or so a camera.',
    query: Type.Object({
      camera: Type.Optional(Type.String({ description: 'Id or slug.', maxLength: 128 })),
      eventId: Type.Optional(
        Type.String({
          description: 'Only those that these events tell of: ids, at most 50, separated by commas.',
          pattern: '^[^,]{1,64}(,[^,]{1,64}){0,49}$',
        }),
      ),
      before: Type.Optional(Type.Integer({ description: 'Only earlier ones; epoch ms.', minimum: 0 })),
      limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
    }),
    reply: shape.decisionsReply,
    handle: ({ hub }, { query: { eventId, ...rest } }) => {
      if (eventId === undefined) return { decisions: hub.detection.decisions(rest) };
      const each = new Set(eventId.split(','));
      const found = [...each].flatMap((one) => hub.detection.decisions({ ...rest, eventId: one }));
      return { decisions: found.toSorted(newestFirst).slice(0, rest.limit) };
    },
  }),
  picture('before', 'The place before it.'),
  picture('after', 'The place after it, or what was seen.'),
  jsonRoute({
    method: 'PUT',
    path: '/decisions/:id/answer',
    access: 'household',
    summary:
      'Says whether a decision was right or wrong, which moves the thresholds of its camera a little; null takes it back. Answers with the decision as it is then.',
    params: decision,
    body: Type.Object(
      { answer: Type.Unsafe<'right' | 'wrong' | null>({ enum: ['right', 'wrong', null] }) },
      { additionalProperties: false },
    ),
    reply: shape.decisionInfo,
    handle: ({ hub }, { params: { id }, body: { answer } }) => hub.detection.answer(id, answer ?? undefined),
  }),
];

function picture(which: 'before' | 'after', summary: string): Route {
  return mediaRoute({
    method: 'GET',
    path: `/decisions/:id/${which}.png`,
    access: 'media',
    summary: `${summary} 404 where that is not kept.`,
    params: decision,
    media: 'image/png',
    handle({ hub }, { params: { id }, request, reply }) {
      const png = hub.detection.decisionPicture(id, which);
      if (!png) throw notFound('There is no such picture, or not any more.', 'List the decisions.');
      const etag = `"${id}-${which}"`;
      // It never changes, but a browser must ask again, so that signing out ends its reach.
      reply.header('cache-control', 'private, no-cache').header('etag', etag).type('image/png');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.send(Buffer.from(png.buffer, png.byteOffset, png.byteLength));
    },
  });
}

const newestFirst = (a: DecisionInfo, b: DecisionInfo) => b.at - a.at || (a.id < b.id ? 1 : -1);

const withVersion = (areas: CameraAreas) => ({ ...areas, version: zonesVersion(areas) });

const zonesChanged = () =>
  new HttpProblem(409, {
    code: 'zones-changed',
    what: 'Somebody else changed the areas meanwhile.',
    cure: 'Look at them and draw again.',
  });

function cameraId(hub: Pick<HubServices, 'cameras'>, { id }: { id: string }): string {
  return findCamera(hub.cameras(), id).ref.id;
}
