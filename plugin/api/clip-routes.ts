import Type from 'typebox';
import type { MediaFile } from '../recordings/contract.ts';
import { timeInName } from '../recordings/export/local-day.ts';
import { sendMedia } from './media-reply.ts';
import { notFound } from './problems.ts';
import { jsonRoute, mediaRoute, type Route } from './route.ts';
import { clipInfo, clipsReply, download } from './schemas.ts';

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
      limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    }),
    reply: clipsReply,
    handle: ({ hub }, { query }) => ({ clips: hub.clips.list(query) }),
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

function found(file: MediaFile | undefined): MediaFile {
  if (!file) throw notFound('There is no such recording, or not yet.', 'List the clips.');
  return file;
}
