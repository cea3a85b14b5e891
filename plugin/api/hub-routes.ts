import { jsonRoute, type Route } from './route.ts';
import { healthInfo } from './schemas.ts';

export const hubRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/health',
    access: 'events',
    summary: 'How the hub is.',
    reply: healthInfo,
    handle: ({ hub }) => hub.health(),
  }),
];
