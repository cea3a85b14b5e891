/** A press at the API, and when HomeKit and a Node-RED flow have it: each press is one sample of both. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { ulid } from 'ulid';
import type { FlowNode } from '../plugin/cli/demo/node-red-host.ts';
import { Closing } from '../plugin/system/closing.ts';
import type { TriggerReply } from '../protocol/api.ts';
import { CHARACTERISTIC, type HomeKitController, SERVICE } from '../simulator/homekit/controller.ts';
import { FLOW_ENTRY, type FlowSink, flowNode, flowToSink, now, openSink } from '../test/support/flow-sink.ts';
import { startNodeRed } from '../test/support/node-red.ts';
import { type Doorway, waitSome } from './doorway.ts';
import { PEER } from './peer.ts';
import type { Group, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

const PRESSES = 200;
const PEER_PRESSES = 50;
const GAP_MS = 120;
const GIVE_UP_MS = 30_000;

/** What no way into Node-RED can be faster than: the floor that HTTP, Node-RED and this machine set. */
const WITHOUT_US =
  "the same request sent straight to Node-RED's own http in node, with the same flow behind it";
const TO_HOMEKIT = 'from sending the request to the event at the controller';
const ROWS: readonly RowSpec[] = [
  {
    name: 'press-to-homekit-median',
    what: `press at the API, ${TO_HOMEKIT}`,
    unit: 'ms',
    against: `${PEER}, its HTTP trigger`,
  },
  {
    name: 'press-to-homekit-p95',
    what: 'the same, 95th percentile',
    unit: 'ms',
    against: `${PEER}, its HTTP trigger`,
    target: 15,
  },
  {
    name: 'press-to-node-red-p50',
    what: 'press at the API, from sending the request until a TCP sink at the end of a flow (doorstep-doorbell, switch, change, tcp out) has the event: median',
    unit: 'ms',
    against: WITHOUT_US,
    target: 3,
  },
  {
    name: 'press-to-node-red-p99',
    what: 'the same, 99th percentile',
    unit: 'ms',
    against: WITHOUT_US,
    target: 25,
  },
];

export const press: Group<Doorway> = {
  rows: ROWS,
  async measure(doorway) {
    await using closing = new Closing();
    const sink = closing.use(await openSink());
    const { house } = doorway;
    const { port } = new URL(house.apiUrl);
    const nodeRed = closing.use(
      await startNodeRed({
        flows: flowTo(sink.port, port),
        credentials: { hub: { token: house.token(['events']) } },
      }),
    );
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    closing.defer(() => agent.destroy());
    const bell = await pressOurs(doorway, { agent, sink, nodeRedUrl: nodeRed.url });
    const peers = await pressPeer(doorway, agent);
    const homekit = summarize(bell.homekit);
    const peer = summarize(peers);
    const flow = summarize(bell.nodeRed);
    const direct = summarize(bell.direct);
    const counts = { samples: homekit.count, peerSamples: peer.count };
    const flowCounts = { samples: flow.count, peerSamples: direct.count };
    return {
      'press-to-homekit-median': { value: homekit.median, peer: peer.median, ...counts },
      'press-to-homekit-p95': { value: homekit.p95, peer: peer.p95, ...counts },
      'press-to-node-red-p50': { value: flow.median, peer: direct.median, ...flowCounts },
      'press-to-node-red-p99': { value: flow.p99, peer: direct.p99, ...flowCounts },
    };
  },
};

interface Flow {
  agent: Agent;
  sink: FlowSink;
  nodeRedUrl: string;
}

async function pressOurs({ house, phone }: Doorway, { agent, sink, nodeRedUrl }: Flow) {
  const url = `${house.apiUrl}/api/v1/cameras/front-door/trigger`;
  const headers = { authorization: `Bearer ${house.token(['control'])}` };
  const pressOnce = async () => {
    const begun = now();
    const reply = await post(url, { agent, headers, body: { kind: 'ring' } });
    return { begun, eventId: (JSON.parse(reply) as TriggerReply).eventId };
  };
  const askNodeRed = async () => {
    const id = ulid();
    const begun = now();
    await post(`${nodeRedUrl}/press`, { agent, body: { id, camera: { slug: 'front-door' } } });
    return (await sink.arrival(id)) - begun;
  };
  const bell = await listen(phone);
  await until(async () => sink.has((await pressOnce()).eventId, 500), 'the flow had a press');
  await askNodeRed();
  const samples = { homekit: [] as number[], nodeRed: [] as number[], direct: [] as number[] };
  for (let count = 0; count < PRESSES; count++) {
    await waitSome(GAP_MS);
    const heard = bell.next();
    const { begun, eventId } = await pressOnce();
    samples.homekit.push((await heard) - begun);
    samples.nodeRed.push((await sink.arrival(eventId)) - begun);
    await waitSome(GAP_MS);
    samples.direct.push(await askNodeRed());
  }
  return samples;
}

async function pressPeer({ peer, peerPhone }: Doorway, agent: Agent): Promise<number[]> {
  const bell = await listen(peerPhone);
  const samples: number[] = [];
  for (let count = 0; count < PEER_PRESSES + 1; count++) {
    await waitSome(GAP_MS);
    const heard = bell.next();
    const begun = now();
    await send(peer.bellUrl, { agent });
    const ms = (await heard) - begun;
    // The first opens the connection, as our warm-up did.
    if (count > 0) samples.push(ms);
  }
  return samples;
}

/** Waits for the next ring that the controller hears. */
async function listen(phone: HomeKitController): Promise<{ next(): Promise<number> }> {
  const { key } = phone.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent);
  await phone.subscribe(key);
  return {
    async next() {
      const from = phone.events.length;
      return (await phone.event((event) => event.key === key, { from, withinMs: GIVE_UP_MS })).at;
    },
  };
}

interface Call {
  agent: Agent;
  headers?: Record<string, string>;
}

function post(url: string, { agent, headers, body }: Call & { body: object }): Promise<string> {
  const json = { ...headers, 'content-type': 'application/json' };
  return send(url, { agent, method: 'POST', headers: json, body: JSON.stringify(body) });
}

async function send(
  url: string,
  { body, ...options }: Call & { method?: string; body?: string },
): Promise<string> {
  const call = request(url, options);
  call.end(body);
  const [response] = await once(call, 'response');
  const reply = await text(response);
  if (response.statusCode !== 200)
    throw new Error(`The press was answered with ${response.statusCode}: ${reply}`);
  return reply;
}

/** The flow to the sink, with Node-RED's own way in beside ours. */
const flowTo = (sinkPort: number, apiPort: string): FlowNode[] => [
  ...flowToSink({ sinkPort, hubPort: Number(apiPort) }),
  flowNode('web', 'http in', [[FLOW_ENTRY, 'answer']], { url: '/press', method: 'post', upload: false }),
  flowNode('answer', 'http response', [], { statusCode: '200' }),
];

async function until(wanted: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (!(await wanted()))
    if (performance.now() > deadline) throw new Error(`It took too long until ${what}.`);
}
