import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { reason } from '../plugin/system/problem.ts';
import type { Heard } from './backchannel.ts';
import type { SimulatedDoorbell } from './doorbell.ts';
import { FAULTS, type Fault } from './faults.ts';
import { LIGHTS } from './scene/light.ts';
import { ACTS, VISIT_KINDS } from './scene/scene-state.ts';
import { type Change, PASSING } from './scene/surroundings.ts';
import type { Webhooks } from './visit.ts';

const MAX_BODY_BYTES = 16 * 1024;

export interface ControlPort extends AsyncDisposable {
  readonly url: string;
}

type Reply = { status: number; body: unknown };

/** Opens the port through which tests and the demo play the visitor. Loopback only; it has no login. */
export async function openControlPort(doorbell: SimulatedDoorbell, port: number): Promise<ControlPort> {
  const server = createServer((request, response) => {
    void handle(doorbell, request)
      .catch((error): Reply => ({ status: 400, body: { error: reason(error) } }))
      .then((reply) => send(response, reply));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(doorbell: SimulatedDoorbell, request: IncomingMessage): Promise<Reply> {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /state') return ok(doorbell.state());
  if (route === 'GET /heard') return ok(heardText(doorbell.heard()));
  // A web page must not be able to press the button: browsers say where a request comes from.
  if (request.headers.origin !== undefined) return { status: 403, body: { error: 'Not for web pages.' } };
  if (route === 'POST /ring') return ok({ at: doorbell.ring() });
  const visit = VISIT_KINDS.find((kind) => route === `POST /visits/${kind}`);
  if (visit) return ok(await doorbell.visit(visit));
  if (route === 'POST /scene') {
    doorbell.change(readChange(await readJson(request)));
    return ok({});
  }
  if (route === 'POST /fault') {
    await doorbell.fault(readFault(await readJson(request)));
    return ok({});
  }
  if (route === 'POST /webhooks') {
    doorbell.setWebhooks(readWebhooks(await readJson(request)));
    return ok({});
  }
  const act = ACTS.find((name) => route === `POST /acts/${name}`);
  if (!act) return { status: 404, body: { error: `There is no ${route}.` } };
  await doorbell.act(act);
  return ok({});
}

/** Payloads as text, since JSON knows no bytes. */
function heardText(heard: Heard | undefined): unknown {
  const packets = heard?.packets.map((packet) => ({ ...packet, payload: packet.payload.toString('base64') }));
  return heard ? { ...heard, packets } : {};
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`The body is longer than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error('The body is not a JSON object.');
  return value as Readonly<Record<string, unknown>>;
}

function readChange({ light, raining, passing }: Readonly<Record<string, unknown>>): Change {
  if (raining !== undefined && typeof raining !== 'boolean')
    throw new Error('"raining" must be true or false.');
  return {
    ...(light !== undefined && { light: oneOf('light', light, LIGHTS) }),
    ...(raining !== undefined && { raining }),
    ...(passing !== undefined && { passing: oneOf('passing', passing, PASSING) }),
  };
}

function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Error(`"${name}" must be one of ${choices.join(', ')}.`);
  return found;
}

function readFault({ kind, seconds }: Readonly<Record<string, unknown>>): Fault {
  const known = oneOf('kind', kind, FAULTS);
  if (seconds === undefined) return { kind: known };
  if (typeof seconds !== 'number' || !Number.isFinite(seconds))
    throw new Error('"seconds" must be a number.');
  return { kind: known, seconds };
}

function readWebhooks(body: Readonly<Record<string, unknown>>): Webhooks {
  const url = (name: 'ring' | 'motion') => {
    const value = body[name];
    if (value === undefined) return {};
    if (typeof value !== 'string' || !URL.canParse(value)) throw new Error(`"${name}" must be a URL.`);
    return { [name]: value };
  };
  return { ...url('ring'), ...url('motion') };
}
