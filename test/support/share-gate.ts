/** A double of the gate: exactly what `protocol/sharing.ts` says over HTTP, behind a socket that greets and tells events. It sends nothing to anybody. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ulid } from 'ulid';
import { type WebSocket, WebSocketServer } from 'ws';
import { API_PREFIX, type EventFrame, PROTOCOL_VERSION, type Scope } from '../../protocol/api.ts';
import { EVENT_SCHEMA, type EventDraft } from '../../protocol/event.ts';
import type {
  ShareDryRun,
  ShareInfo,
  ShareRecipient,
  ShareRefusal,
  ShareState,
} from '../../protocol/sharing.ts';
import { FRONT_DOOR } from './event-hub.ts';

/** A request that reached the gate, as it came. */
export interface SeenRequest {
  method: string;
  path: string;
  body: unknown;
}

export interface ShareGateDouble extends AsyncDisposable {
  readonly port: number;
  /** `share`: may propose; `events`: may not. */
  readonly tokens: { share: string; events: string };
  recipients: ShareRecipient[];
  /** Whether the owner has switched sharing on; off, there are no such routes. */
  on: boolean;
  /** What a proposal that is sent now is refused for, whatever the list said a moment ago. */
  refuses: ShareRefusal | undefined;
  readonly seen: SeenRequest[];
  readonly shares: Map<string, ShareInfo>;
  /** The owner's hand: moves a share on; `told` sends the event of it. */
  move(id: string, state: ShareState, told?: boolean): void;
}

export const POLICE: ShareRecipient = {
  ...{ id: 'police-1', name: 'Police station', class: 'police', cameras: [FRONT_DOOR.id], maxClipMs: 30_000 },
};

export async function startShareGate(): Promise<ShareGateDouble> {
  const tokens = { share: `dst_${'s'.repeat(32)}`, events: `dst_${'e'.repeat(32)}` };
  const seen: SeenRequest[] = [];
  const shares = new Map<string, ShareInfo>();
  const sockets = new Set<WebSocket>();
  let seq = 0;
  const http = createServer((request, response) => {
    void respond(gate, request, response);
  });
  const wss = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (client) => {
      sockets.add(client);
      client.on('close', () => sockets.delete(client));
      const scopes: Scope[] = tokenOf(request) === tokens.share ? ['events', 'share:request'] : ['events'];
      const hello: EventFrame = {
        ...{ type: 'hello', protocol: PROTOCOL_VERSION, minProtocol: PROTOCOL_VERSION, version: '0.1.0' },
        ...{ hub: 'gate-double', lastSeq: seq, scopes, cameras: [] },
      };
      client.send(JSON.stringify(hello));
      client.send(JSON.stringify({ type: 'live', seq } satisfies EventFrame));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const gate: ShareGateDouble = {
    port: (http.address() as AddressInfo).port,
    ...{ tokens, seen, shares, recipients: [POLICE], on: true, refuses: undefined },
    move(id, state, told = true) {
      const share = shares.get(id);
      if (!share) throw new Error(`no share ${id}`);
      const at = Date.now();
      shares.set(id, { ...share, state, at });
      if (!told) return;
      seq += 1;
      const draft: EventDraft = { kind: 'share', phase: state, at };
      const event = { schema: EVENT_SCHEMA, ...draft, id: ulid(), seq, detectedAt: at, sentAt: at } as const;
      for (const client of sockets)
        client.send(JSON.stringify({ type: 'event', event } satisfies EventFrame));
    },
    async [Symbol.asyncDispose]() {
      for (const client of sockets) client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return gate;
}

async function respond(
  gate: ShareGateDouble,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').slice(API_PREFIX.length);
  const text = await bodyOf(request);
  const method = request.method ?? '';
  const body: unknown = text ? JSON.parse(text) : undefined;
  gate.seen.push({ method, path, body });
  const reply = (status: number, answer: object) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
  const refuse = (status: number, code: string) =>
    reply(status, { error: { code, what: 'The double says no.', cure: 'Ask another.' } });
  const token = tokenOf(request);
  if (!Object.values(gate.tokens).includes(token)) return refuse(401, 'unauthorized');
  if (!gate.on || !path.startsWith('/shares')) return refuse(404, 'not-found');
  if (token !== gate.tokens.share) return refuse(403, 'forbidden');
  if (method === 'GET' && path === '/shares/gate') return reply(200, { recipients: gate.recipients });
  if (method === 'POST' && path === '/shares') return propose(gate, body as Proposal, { reply, refuse });
  const share = gate.shares.get(decodeURIComponent(path.slice('/shares/'.length)));
  if (!share) return refuse(404, 'not-found');
  if (method === 'DELETE') gate.shares.set(share.id, { ...share, state: 'cancelled' });
  reply(200, gate.shares.get(share.id) ?? share);
}

type Proposal = { clipId?: string; eventId?: string; recipientId: string; dryRun?: boolean };

function propose(
  gate: ShareGateDouble,
  { clipId, eventId, recipientId, dryRun }: Proposal,
  {
    reply,
    refuse,
  }: { reply(status: number, answer: object): void; refuse(status: number, code: string): void },
): void {
  const recipient = gate.recipients.find(({ id }) => id === recipientId);
  const refusal = gate.refuses ?? recipient?.refusal ?? (recipient ? undefined : 'recipient-not-approved');
  const at = Date.now();
  const clip = { id: clipId ?? `of-${eventId}`, camera: FRONT_DOOR, startedAt: at - 20_000, endedAt: at };
  if (dryRun) {
    reply(200, { dryRun: true, ...(refusal && { refusal }), clip } satisfies ShareDryRun);
    return;
  }
  if (refusal || !recipient) {
    refuse(409, refusal ?? 'recipient-not-approved');
    return;
  }
  const { id, name, class: kind } = recipient;
  const share: ShareInfo = { id: ulid(), state: 'proposed', recipient: { id, name, class: kind }, clip, at };
  gate.shares.set(share.id, share);
  reply(201, share);
}

function tokenOf({ headers }: IncomingMessage): string {
  return (headers.authorization ?? '').replace('Bearer ', '');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
