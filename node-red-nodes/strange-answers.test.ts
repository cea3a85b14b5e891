/** What answers at the address of a hub may be anything; no answer may end Node-RED. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { helper } from '../test/support/node-red-helper.ts';
import alert from './doorstep-alert.ts';
import clip from './doorstep-clip.ts';
import server from './doorstep-server.ts';
import state from './doorstep-state.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
let answer = 'null';
let stranger: Server;
beforeAll(async () => {
  stranger = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(answer);
  });
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  await new Promise<void>((resolve) => helper.startServer(resolve));
});
afterEach(() => helper.unload());
afterAll(async () => {
  await new Promise<void>((resolve) => helper.stopServer(resolve));
  stranger.closeAllConnections();
  await new Promise((resolve) => stranger.close(resolve));
});

const NODES = [
  ['doorstep-alert', { presenceType: 'hub' }, { event: { kind: 'motion', phase: 'start' } }],
  ['doorstep-clip', {}, { clip: 'c1' }],
  ['doorstep-clip', {}, { event: { id: 'e1', phase: 'ring', at: 1 } }],
  ['doorstep-state', { question: 'home' }, {}],
  ['doorstep-state', { question: 'package', cameraType: 'all' }, {}],
] as const;
const ANSWERS = ['null', '[]', '7', '{}', '"yes"', '{"home":{}}', '{"clips":[null]}'];

test.each(NODES.flatMap((node) => ANSWERS.map((each) => [...node, each] as const)))(
  '%s with %o and %o, answered %s',
  async (type, settings, message, each) => {
    answer = each;
    const { port } = stranger.address() as AddressInfo;
    await helper.load(
      [server, alert, clip, state],
      [
        { id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(port) },
        { id: 'node', type, server: 'hub', wires: [[], []], ...settings },
      ],
      { hub: { token: 'dst_x' } },
    );
    const node = helper.getNode('node');
    const ends = vi.spyOn(node, '_complete');
    node.receive(message);
    await vi.waitFor(() => expect(ends).toHaveBeenCalledOnce(), PATIENCE);
  },
);
