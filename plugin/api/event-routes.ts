import Type from 'typebox';
import type { EventKind } from '../../protocol/event.ts';
import { jsonRoute, type Route } from './route.ts';
import { eventsReply, kinds } from './schemas.ts';

const anyKind = `(?:${kinds.join('|')})`;

export const eventRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/events',
    access: 'events',
    summary: 'Past events, newest first.',
    query: Type.Object({
      kinds: Type.Optional(
        Type.String({
          description: `Only these, separated by commas: ${kinds.join(', ')}.`,
          pattern: `^${anyKind}(?:,${anyKind})*$`,
          maxLength: 128,
        }),
      ),
      camera: Type.Optional(Type.String({ description: 'Id or slug.', maxLength: 128 })),
      from: Type.Optional(Type.Integer({ description: 'Epoch ms, inclusive.' })),
      to: Type.Optional(Type.Integer({ description: 'Epoch ms, inclusive.' })),
      before: Type.Optional(Type.Integer({ description: 'Only events with a smaller `seq`.', minimum: 0 })),
      limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    }),
    reply: eventsReply,
    handle({ hub }, { query: { kinds: wanted, ...rest } }) {
      const only = wanted === undefined ? {} : { kinds: wanted.split(',') as EventKind[] };
      return { events: hub.events.query({ ...rest, ...only }) };
    },
  }),
];
