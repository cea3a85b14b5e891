import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../../plugin/system/clock.ts';
import { reason } from '../../plugin/system/problem.ts';
import type { XmlElement } from '../../plugin/system/xml.ts';
import { type Credentials, formatChallenge, isAuthorized } from '../digest-auth.ts';
import { type Brand, DIALECTS, type SeenKind } from './brands.ts';
import { deviceTime, type MaskOptions, type SimulatedDevice, type SimulatedStream } from './device.ts';
import { deviceService, PATHS } from './device-service.ts';
import { createEventService, type Message } from './event-service.ts';
import { mediaService } from './media-service.ts';
import { media2Service } from './media2-service.ts';
import {
  checkToken,
  faultXml,
  NAMESPACES,
  readRequest,
  SoapFault,
  type SoapRequest,
  soapEnvelope,
} from './soap.ts';

export const ONVIF_FAULTS = ['none', 'error-500', 'hang', 'garbage', 'refuse', 'wrong-password'] as const;
/**
 * `error-500`: a web server without a service; `hang`: takes requests and never answers; `garbage`: answers with nonsense;
 * `refuse`: takes no connection; `wrong-password`: knows nobody.
 */
export type OnvifFault = (typeof ONVIF_FAULTS)[number];

export interface OnvifServerOptions {
  name: string;
  brand: Brand;
  streams: readonly SimulatedStream[];
  /** Address to listen on. Default 127.0.0.1. */
  host?: string;
  /** Default: any free one. */
  port?: number;
  /** Without: everybody may. */
  credentials?: Credentials;
  /** Which login it takes. Default `either`. */
  login?: 'ws-security' | 'digest' | 'either';
  /** Default `both`. */
  media?: SimulatedDevice['media'];
  /** Default 8 masks of up to 8 corners; false: none. */
  masks?: MaskOptions | false;
  /** Default true. */
  speaker?: boolean;
  /** How far its clock is ahead, in ms; also for a wrong time zone. Default 0. */
  skewMs?: number;
  /** Whether subscriptions can be renewed. Default true. */
  renews?: boolean;
  /** Whether it knows `GetServices`, which came after the first cameras. Default true. */
  services?: boolean;
  /** Whether everybody may ask for the time, as the specification wants it. Default true. */
  openTime?: boolean;
  /** How it names itself in addresses that it gives; default: as it is reached. */
  announcedHost?: string;
  clock?: Clock;
}

export interface SimulatedOnvif extends AsyncDisposable {
  readonly port: number;
  /** Address of its device service, as discovery announces it. */
  readonly address: string;
  /** Tells subscribers in the words of its brand; false where that has none for it. */
  see(kind: SeenKind, active: boolean): boolean;
  /** Tells subscribers anything. */
  send(message: Message): void;
  /** Polygons of its enabled masks, corners from 0 (left, top) to 1. */
  masks(): [number, number][][];
  /** Volume of its loudspeaker; undefined without one. */
  readonly outputLevel: number | undefined;
  readonly subscriptions: number;
  fault(fault: OnvifFault): void;
  /** Forgets its subscriptions, as after a restart. */
  dropSubscriptions(): void;
  setSkew(ms: number): void;
  /** Names of the operations that were asked for, in their order. */
  readonly requests: readonly string[];
}

const MAX_BODY_BYTES = 256 * 1024;
/** Operations that need no login (ONVIF Core Specification, section 5.9.4). */
const PRE_AUTH = new Set(['GetSystemDateAndTime', 'GetServices', 'GetCapabilities']);

type Operation = (request: XmlElement) => string;

/** Starts the ONVIF services of a device that does not exist. */
export async function startOnvifServer(options: OnvifServerOptions): Promise<SimulatedOnvif> {
  const { credentials, login = 'either', host = '127.0.0.1', clock = systemClock, openTime = true } = options;
  const device: SimulatedDevice = {
    name: options.name,
    brand: options.brand,
    media: options.media ?? 'both',
    streams: options.streams,
    maskOptions:
      options.masks === false
        ? undefined
        : (options.masks ?? { maxMasks: 8, maxPoints: 8, rectangleOnly: false }),
    masks: new Map(),
    output: options.speaker === false ? undefined : { level: 80, min: 0, max: 100 },
    skewMs: options.skewMs ?? 0,
    clock,
    origin: '',
  };
  const events = createEventService(device, { renews: options.renews ?? true });
  const services: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
    [NAMESPACES.tds]: deviceService(device, { services: options.services ?? true }),
    [NAMESPACES.trt]: device.media === 'media2' ? {} : mediaService(device),
    [NAMESPACES.tr2]: device.media === 'media1' ? {} : media2Service(device),
  };
  const challenge = { realm: 'Simulated', nonce: randomBytes(16).toString('hex') };
  const usedNonces = new Set<string>();
  const requests: string[] = [];
  let fault: OnvifFault = 'none';

  const allowed = (request: IncomingMessage, { header, operation }: SoapRequest): boolean => {
    if (!credentials || (openTime && PRE_AUTH.has(operation.name))) return true;
    if (fault === 'wrong-password') return false;
    const token =
      login === 'digest' ? 'none' : checkToken(header, credentials, deviceTime(device), usedNonces);
    if (token !== 'none') return token === 'good';
    const { authorization } = request.headers;
    return login !== 'ws-security' && isAuthorized(authorization, 'POST', credentials, challenge);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const soap = readRequest(await readBody(request));
    const { name, namespace } = soap.operation;
    requests.push(name);
    if (!allowed(request, soap)) {
      // With a token it is a fault, without one a challenge (section 5.9.1).
      if (login === 'ws-security') throw new SoapFault('ter:NotAuthorized', 'Sender not Authorized');
      response.setHeader('www-authenticate', formatChallenge(challenge));
      return send(response, 401, faultXml(new SoapFault('ter:NotAuthorized', 'Sender not Authorized')));
    }
    const eventOperation =
      path.startsWith(PATHS.subscription) || path === PATHS.events ? events.operations[name] : undefined;
    const operation = services[namespace]?.[name];
    const body = eventOperation ? await eventOperation(soap, path) : operation?.(soap.operation);
    if (body === undefined) throw new SoapFault('ter:ActionNotSupported', 'Optional Action Not Implemented');
    send(response, 200, soapEnvelope(body, DIALECTS[device.brand].namespaces));
  };

  const server = createServer((request, response) => {
    if (fault === 'hang') return;
    if (fault === 'error-500') return send(response, 500, '<html>Internal Server Error</html>');
    if (fault === 'garbage') return send(response, 200, '<s:Envelope <<>>&unknown; \u0000');
    answer(request, response).catch((error: unknown) => {
      const known = error instanceof SoapFault ? error : new SoapFault('ter:Action', reason(error), 500);
      send(response, known.status, faultXml(known));
    });
  });
  server.on('connection', (socket) => {
    if (fault === 'refuse') socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  device.origin = `http://${options.announcedHost ?? host}:${port}`;

  return {
    port,
    address: `${device.origin}${PATHS.device}`,
    requests,
    see: (kind, active) => events.see(kind, active),
    send: (message) => events.send(message),
    masks: () =>
      [...device.masks.values()]
        .filter(({ enabled }) => enabled)
        .map(({ points }) => points.map(([x, y]): [number, number] => [(x + 1) / 2, (1 - y) / 2])),
    get outputLevel() {
      return device.output?.level;
    },
    get subscriptions() {
      return events.subscriptions;
    },
    fault: (next) => {
      fault = next;
      if (next === 'refuse') server.closeAllConnections();
    },
    dropSubscriptions: () => events.drop(),
    setSkew: (ms) => {
      device.skewMs = ms;
    },
    [Symbol.asyncDispose]: async () => {
      events[Symbol.dispose]();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function send(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/soap+xml; charset=utf-8' }).end(text);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new SoapFault('ter:WellFormed', 'The request is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
