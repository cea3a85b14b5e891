/** The end of a flow: a TCP port that takes event ids from Node-RED's own `tcp out`, so that nothing in there has to tell the time. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';

const GIVE_UP_MS = 30_000;

/** Epoch ms with fractions. */
export const now = () => performance.timeOrigin + performance.now();

export interface FlowSink extends AsyncDisposable {
  readonly port: number;
  /** All that has come, in its order; `at` as `now()` tells it. */
  readonly arrivals: readonly { id: string; at: number }[];
  /** When the event arrived, as `now()` tells it; waits for it. */
  arrival(eventId: string): Promise<number>;
  /** Whether it arrives within `ms`. */
  has(eventId: string, ms: number): Promise<boolean>;
}

const ULID_LENGTH = 26;

/** Takes event ids on a TCP port of its own and notes when each one came. */
export async function openSink(): Promise<FlowSink> {
  const arrivals: { id: string; at: number }[] = [];
  const waited = new Map<string, PromiseWithResolvers<number>>();
  const arrivalOf = (id: string) => {
    const known = waited.get(id) ?? Promise.withResolvers<number>();
    waited.set(id, known);
    return known;
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const at = now();
      rest += chunk;
      for (; rest.length >= ULID_LENGTH; rest = rest.slice(ULID_LENGTH)) {
        const id = rest.slice(0, ULID_LENGTH);
        arrivals.push({ id, at });
        arrivalOf(id).resolve(at);
      }
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const within = async (eventId: string, ms: number) => {
    const giveUp = new AbortController();
    const late = wait(ms, undefined, { signal: giveUp.signal }).catch(() => undefined);
    const at = await Promise.race([arrivalOf(eventId).promise, late]);
    giveUp.abort();
    return at;
  };
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    arrivals,
    async arrival(eventId) {
      const at = await within(eventId, GIVE_UP_MS);
      if (at === undefined) throw new Error('The flow did not have the press.');
      return at;
    },
    has: async (eventId, ms) => (await within(eventId, ms)) !== undefined,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where a message of whatever origin enters the flow; its payload is an event. */
export const FLOW_ENTRY = 'which';

export function flowNode(id: string, type: string, wires: string[][], rest: object): FlowNode {
  return { id, type, z: 'tab', x: 100, y: 100, wires, ...rest };
}

/** A flow as people build it: doorbell, switch, change, and one of Node-RED's own nodes at its end, which sends ids to the sink. Hub node: `hub`. */
export function flowToSink({ sinkPort, hubPort }: { sinkPort: number; hubPort: number }): FlowNode[] {
  return [
    { id: 'tab', type: 'tab', label: 'To the sink' },
    { id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(hubPort), tls: false, version: 1 },
    flowNode('bell', 'doorstep-doorbell', [[FLOW_ENTRY]], {
      ...{ server: 'hub', cameras: [], payload: 'event', replay: true, version: 1 },
    }),
    flowNode(FLOW_ENTRY, 'switch', [['id']], {
      ...{ property: 'payload.camera.slug', propertyType: 'msg', checkall: 'true', outputs: 1 },
      rules: [{ t: 'eq', v: 'front-door', vt: 'str' }],
    }),
    flowNode('id', 'change', [['out']], {
      rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'payload.id', tot: 'msg' }],
    }),
    flowNode('out', 'tcp out', [], {
      ...{
        host: '127.0.0.1',
        port: String(sinkPort),
        beserver: 'client',
        base64: false,
        end: false,
        tls: '',
      },
    }),
  ];
}
