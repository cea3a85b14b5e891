import Type from 'typebox';
import { type ExportInfo, SNAPSHOT_HEADERS } from '../../protocol/api.ts';
import type { AskedDay } from '../recordings/export/contract.ts';
import { findCamera } from './camera-info.ts';
import { sendMade, sendMedia } from './media-reply.ts';
import { pictureHeaders } from './picture-headers.ts';
import { badRequest, notFound } from './problems.ts';
import { jsonRoute, mediaRoute, type Route } from './route.ts';
import { download, exportInfo, exportKind, exportsReply, pixels } from './schemas.ts';

const camera = Type.Object({ id: Type.String({ description: 'Id or slug.', maxLength: 128 }) });
const params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const time = Type.Integer({ description: 'Epoch ms.', minimum: 0 });
const day = Type.String({
  description: 'Day of the household, as 2026-11-22.',
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
});

const begins = Type.Optional(
  Type.Integer({
    description: 'When that day begins where you are, epoch ms, together with `to`.',
    minimum: 0,
  }),
);
const ends = Type.Optional(Type.Integer({ description: 'When it ends there, epoch ms.', minimum: 0 }));

/** The longest day there is, when clocks are set back, and an hour. */
const LONGEST_DAY_MS = 26 * 3_600_000;

/**
 * Whoever may see recordings may take them along as they are. What keeps the machine busy, and what takes such a file away, is for the
 * household alone.
 */
export const exportRoutes: readonly Route[] = [
  mediaRoute({
    method: 'GET',
    path: '/cameras/:id/footage.mp4',
    access: 'media',
    summary:
      'A stretch of time, at most 6 hours, as one film: as the camera sent it, from the last keyframe at or before `from`, in byte ranges where asked. Time without footage is left out; 409 where the picture changed within it.',
    params: camera,
    query: Type.Object({ from: time, to: time, download }),
    media: 'video/mp4',
    async handle({ hub }, { params: { id }, query: { from, to, ...query }, request, reply }) {
      const { ref } = findCamera(hub.cameras(), id);
      const { fileName, ...file } = await hub.exports.range({ camera: ref.id, ...inOrder({ from, to }) });
      return sendMedia(request, reply, file, {
        type: 'video/mp4',
        ...(query.download === 1 && { fileName }),
      });
    },
  }),
  mediaRoute({
    method: 'GET',
    path: '/cameras/:id/footage.jpg',
    access: 'media',
    head: false,
    summary: `A picture of a recording: the keyframe at or before \`at\`; \`${SNAPSHOT_HEADERS.takenAt}\` (epoch ms) says of when it is. 404 where nothing was recorded, as in privacy mode; 429 while several are being looked up.`,
    params: camera,
    query: Type.Object({ at: time, width: pixels('At most so wide; the picture keeps its shape.') }),
    media: 'image/jpeg',
    async handle({ hub, clock }, { params: { id }, query, reply }) {
      const { ref } = findCamera(hub.cameras(), id);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const still = await hub.exports.still({ camera: ref.id, ...query, signal: gone.signal });
      reply.headers(pictureHeaders({ ...still, source: 'recording' }, clock.now()));
      return still.jpeg;
    },
  }),
  mediaRoute({
    method: 'GET',
    path: '/cameras/:id/day.zip',
    access: 'media',
    head: false,
    summary:
      'Every recording that began on a day, with its picture and what is known of it, named as at the target. One at a time is sent.',
    params: camera,
    query: Type.Object({ day, from: begins, to: ends }),
    media: 'application/zip',
    async handle({ hub }, { params: { id }, query, reply }) {
      const { ref } = findCamera(hub.cameras(), id);
      const asked = dayOf(query);
      return sendMade(reply, await hub.exports.day({ camera: ref.id, ...asked }), 'application/zip');
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/exports',
    access: 'household',
    summary:
      'Begins a film that takes work: a stretch of time cut to the picture (`range`, with `from` and `to`), or a day in a minute (`timelapse`, with `day`, and `from` and `to` as for its ZIP). It is kept for a day, or until Homebridge restarts; at most 5 are under way at a time.',
    body: Type.Object(
      {
        kind: exportKind,
        camera: Type.String({ description: 'Id or slug.', maxLength: 128 }),
        from: Type.Optional(time),
        to: Type.Optional(time),
        day: Type.Optional(day),
      },
      { additionalProperties: false },
    ),
    reply: exportInfo,
    status: 201,
    handle({ hub }, { body }) {
      const { ref } = findCamera(hub.cameras(), body.camera);
      if (body.kind === 'timelapse') {
        if (body.day === undefined) throw badRequest('a timelapse needs "day"');
        return hub.exports.start({ kind: 'timelapse', camera: ref.id, ...dayOf({ ...body, day: body.day }) });
      }
      if (body.from === undefined || body.to === undefined) throw badRequest('a range needs "from" and "to"');
      const stretch = inOrder({ from: body.from, to: body.to });
      return hub.exports.start({ kind: 'range', camera: ref.id, ...stretch });
    },
  }),
  jsonRoute({
    method: 'GET',
    path: '/exports',
    access: 'media',
    summary: 'Films that are being made or are ready, newest first.',
    reply: exportsReply,
    handle: ({ hub }) => ({ exports: hub.exports.list() }),
  }),
  jsonRoute({
    method: 'GET',
    path: '/exports/:id',
    access: 'media',
    summary: 'One of them.',
    params,
    reply: exportInfo,
    handle: ({ hub }, call) => found(hub.exports.get(call.params.id)),
  }),
  mediaRoute({
    method: 'GET',
    path: '/exports/:id.mp4',
    access: 'media',
    summary: 'Its file, in byte ranges where asked; 404 until it is ready.',
    params,
    query: Type.Object({ download }),
    media: 'video/mp4',
    async handle({ hub }, { params: { id }, query, request, reply }) {
      const { fileName } = found(hub.exports.get(id));
      return sendMedia(request, reply, found(await hub.exports.open(id)), {
        type: 'video/mp4',
        ...(query.download === 1 && { fileName }),
      });
    },
  }),
  jsonRoute({
    method: 'DELETE',
    path: '/exports/:id',
    access: 'household',
    summary: 'Ends the work on a film, and removes its file. Answers with what it was.',
    params,
    reply: exportInfo,
    async handle({ hub }, call): Promise<ExportInfo> {
      const info = found(hub.exports.get(call.params.id));
      await hub.exports.remove(info.id);
      return info;
    },
  }),
];

/** Without times the day is that of the hub. */
function dayOf({ day, from, to }: { day: string; from?: number; to?: number }): AskedDay {
  if (from === undefined && to === undefined) return { day };
  if (from === undefined || to === undefined) throw badRequest('a day has both "from" and "to", or neither');
  if (to - from > LONGEST_DAY_MS) throw badRequest('a day is not longer than 26 hours');
  return { day, ...inOrder({ from, to }) };
}

function inOrder<T extends { from: number; to: number }>(stretch: T): T {
  if (stretch.from >= stretch.to) throw badRequest('"to" must be after "from"');
  return stretch;
}

function found<T>(what: T | undefined): T {
  if (what === undefined) throw notFound('There is no such film, or not yet.', 'List the exports.');
  return what;
}
