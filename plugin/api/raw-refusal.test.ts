import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { refuseRaw } from './raw-refusal.ts';

test('a refused connection is let go, even when the client keeps its half open', async () => {
  // As Node's HTTP server takes its connections.
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [socket] = (await once(server, 'connection')) as [Socket];
  refuseRaw(socket, new Error('no'));
  expect(await text(client)).toMatch(/^HTTP\/1\.1 500 /);
  await expect.poll(() => socket.destroyed).toBe(true);
  client.destroy();
  server.close();
});
