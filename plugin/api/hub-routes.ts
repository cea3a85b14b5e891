import { jsonRoute, type Route } from './route.ts';
import { healthInfo, storageInfo } from './schemas.ts';

export const hubRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/storage',
    access: 'events',
    summary: 'Where recordings go, and how much room there is.',
    reply: storageInfo,
    handle: ({ hub }) => hub.clips.storage(),
  }),
  jsonRoute({
    method: 'GET',
    path: '/health',
    access: 'events',
    summary: 'How the hub is.',
    reply: healthInfo,
    handle: ({ hub }) => hub.health(),
  }),
];
