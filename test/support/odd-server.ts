/** A server that is no hub: whatever it is asked, it answers the same. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OddServer extends AsyncDisposable {
  port: number;
}

/** `replies`: one for each question in turn; the last stays. */
export async function startOddServer(...replies: string[]): Promise<OddServer> {
  let asked = 0;
  const server = createServer((_request, response) => {
    response.end(replies[Math.min(asked, replies.length - 1)]);
    asked += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
