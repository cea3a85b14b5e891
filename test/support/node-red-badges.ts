/** The badges of the nodes of a running Node-RED, as its editor hears of them. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { NodeRed } from '../../plugin/cli/demo/node-red-host.ts';

export interface Badges extends Disposable {
  /** The words under a node now; undefined where there are none. */
  of(nodeId: string): string | undefined;
}

interface Told {
  topic: string;
  data?: { text?: string };
}

/** Follows them until it is disposed. Node-RED must run without a login. */
export async function followBadges({ url }: NodeRed): Promise<Badges> {
  const badges = new Map<string, string | undefined>();
  const socket = new WebSocket(`${url.replace('http', 'ws')}/comms`);
  socket.on('message', (data) => {
    const told = JSON.parse(String(data)) as Told | Told[];
    for (const { topic, data } of [told].flat())
      if (topic?.startsWith('status/')) badges.set(topic.slice('status/'.length), data?.text);
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ subscribe: 'status/#' }));
  return {
    of: (nodeId) => badges.get(nodeId),
    [Symbol.dispose]: () => socket.terminate(),
  };
}
