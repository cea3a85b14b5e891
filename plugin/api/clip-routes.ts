import Type from 'typebox';
import type { ClipInfo } from '../../protocol/api.ts';
import type { MediaFile } from '../recordings/contract.ts';
import { timeInName } from '../recordings/export/local-day.ts';
import { sendMedia } from './media-reply.ts';
import { notFound } from './problems.ts';
import { jsonRoute, mediaRoute, type Route } from './route.ts';
import { clipInfo, clipKinds, clipsReply, download } from './schemas.ts';

const anyKind = `(?:${clipKinds.join('|')})`;
const params = Type.Object({ id: Type.String({ maxLength: 64 }) });

export const clipRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/clips',
    access: 'media',
    summary: 'Recorded clips, newest first.',
    query: Type.Object({
      camera: Type.Optional(Type.String({ description: 'Id or slug.', maxLength: 128 })),
      from: Type.Optional(Type.Integer({ description: 'Epoch ms, inclusive.' })),
      to: Type.Optional(Type.Integer({ description: 'Epoch ms, inclusive.' })),
      kinds: Type.Optional(
        Type.String({
          description: `Only those that these opened, separated by commas: ${clipKinds.join(', ')}.`,
          pattern: `^${anyKind}(?:,${anyKind})*$`,
          maxLength: 128,
        }),
      ),
      event: Type.Optional(
        Type.String({ description: 'Only those that the event with this id is in.', maxLength: 64 }),
      ),
      limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    }),
    reply: clipsReply,
    handle({ hub }, { query: { kinds, event, ...rest } }) {
      const only = {
        ...(kinds !== undefined && { kinds: kinds.split(',') as ClipInfo['kind'][] }),
        ...(event !== undefined && { eventId: event }),
      };
      return { clips: hub.clips.list({ ...rest, ...only }) };
    },
  }),
  jsonRoute({
    method: 'GET',
    path: '/clips/:id',
    access: 'media',
    summary: 'One clip, also while it is being recorded; `clip ready` tells when its file is complete.',
    params,
    reply: clipInfo,
    handle: ({ hub }, { params: { id } }) => found(hub.clips.get(id)),
  }),
  mediaRoute({
    method: 'GET',
    path: '/clips/:id.mp4',
    access: 'media',
    summary: 'One clip, in byte ranges where asked; 404 while it is being recorded.',
    params,
    query: Type.Object({ download }),
    media: 'video/mp4',
    async handle({ hub }, { params: { id }, query, request, reply }) {
      const clip = hub.clips.get(id);
      const file = found(await hub.clips.clip(id));
      const fileName = clip && `${clip.camera.slug} ${timeInName(clip.startedAt)}.mp4`;
      return sendMedia(request, reply, file, {
        type: 'video/mp4',
        ...(query.download === 1 && fileName !== undefined && { fileName }),
      });
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/clips/:id/pin',
    access: 'control',
    summary:
      'Pins a clip, so that retention never removes it, or lets go of it. Answers with the clip as it is then.',
    params,
    body: Type.Object({ pinned: Type.Boolean() }, { additionalProperties: false }),
    reply: clipInfo,
    handle: ({ hub }, { params: { id }, body: { pinned } }) => hub.storage.pin(id, pinned),
  }),
  mediaRoute({
    method: 'GET',
    path: '/snapshots/:id.jpg',
    access: 'media',
    summary: 'The picture of an event.',
    params,
    media: 'image/jpeg',
    handle: async ({ hub }, { params: { id }, request, reply }) =>
      sendMedia(request, reply, found(await hub.clips.snapshot(id)), { type: 'image/jpeg' }),
  }),
];

function found<T extends MediaFile | ClipInfo>(it: T | undefined): T {
  if (!it) throw notFound('There is no such recording, or not yet.', 'List the clips.');
  return it;
}
