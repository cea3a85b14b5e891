import { expect, test } from 'vitest';
import { findRoute } from './find-route.ts';
import type { AnnouncedHub } from './mdns-hubs.ts';
import type { AdminHandler, NodeRed } from './node-red.ts';

const HUB: AnnouncedHub = {
  ...{ name: 'Doorstep', host: '192.168.1.5', port: 8586, tls: false },
  ...{ version: '0.1.0', id: '01J0HUB4ZKQ7W8XY' },
};

test('two dialogs share one search, for those who may change the node', async () => {
  const handlers: AdminHandler[] = [];
  const permissions: string[] = [];
  const RED = {
    auth: {
      needsPermission: (permission: string): AdminHandler => {
        permissions.push(permission);
        return (_request, _response, next) => next();
      },
    },
    httpAdmin: { post: (_path: string, ...given: AdminHandler[]) => void handlers.push(...given) },
  } as unknown as NodeRed;
  const { promise, resolve } = Promise.withResolvers<AnnouncedHub[]>();
  let searches = 0;
  findRoute(RED, () => {
    searches += 1;
    return promise;
  });
  const ask = () =>
    new Promise<unknown>((answered) => {
      const response = { setHeader: () => {}, end: (text: string) => answered(JSON.parse(text)) };
      handlers.at(-1)?.({ body: {} } as never, response as never, () => {});
    });
  const both = Promise.all([ask(), ask()]);
  resolve([HUB]);
  expect(await both).toEqual([{ hubs: [HUB] }, { hubs: [HUB] }]);
  expect(searches).toBe(1);
  await ask();
  expect(searches).toBe(2);
  expect(permissions).toEqual(['doorstep-server.write']);
});
