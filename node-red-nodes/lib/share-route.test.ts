import { expect, test } from 'vitest';
import { startOddServer } from '../../test/support/odd-server.ts';
import type { AdminHandler, NodeRed } from './node-red.ts';
import { type GatePanel, shareGateRoute } from './share-route.ts';

/** What the panel is told of a hub node that is deployed with this port. */
function gate(port: number): Promise<GatePanel> {
  const { promise, resolve, reject } = Promise.withResolvers<GatePanel>();
  let answer: AdminHandler | undefined;
  const hub = {
    ...{ join() {}, cameras: () => [], scopes: () => [] },
    deployed: { address: { host: '127.0.0.1', port, tls: false }, token: 'dst_x' },
  };
  shareGateRoute({
    nodes: { getNode: () => hub },
    auth: { needsPermission: () => () => {} },
    httpAdmin: {
      post(_path: string, ...handlers: AdminHandler[]) {
        answer = handlers.at(-1);
      },
    },
  } as unknown as NodeRed);
  const response = { setHeader() {}, end: (text: string) => resolve(JSON.parse(text)) };
  Promise.resolve(answer?.({ body: { server: 'hub' } } as never, response as never, () => {})).catch(reject);
  return promise;
}

test.each(['null', '{}', '[]', '{"recipients":7}', '{"recipients":[null]}', '{"recipients":[{"id":"x"}]}'])(
  'a server that answers %s is no hub, and does no harm',
  async (reply) => {
    await using server = await startOddServer(reply);
    expect(await gate(server.port)).toMatchObject({ gate: 'unknown', fault: 'not-doorstep' });
  },
);
