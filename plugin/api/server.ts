import { hostname, networkInterfaces } from 'node:os';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { API_PREFIX } from '../../protocol/api.ts';
import type { Clock } from '../system/clock.ts';
import { type Log, withoutSecrets } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { type Access, type Caller, decideAccess } from './access.ts';
import type { Auth } from './auth.ts';
import type { HubServices } from './contract.ts';
import { answerTo } from './error-reply.ts';
import { createEventFeed } from './event-feed.ts';
import { createGate } from './gate.ts';
import { knownHosts } from './host-guard.ts';
import { ownAddress } from './own-address.ts';
import { createPairings } from './pairing.ts';
import { forbidden, notFound, unauthorized } from './problems.ts';
import { createRateLimit } from './rate-limit.ts';
import { parserProblem, refuseRaw } from './raw-refusal.ts';
import type { Context, Route } from './route.ts';
import { routes } from './routes.ts';
import { errorReply } from './schemas.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { acceptSockets } from './sockets.ts';
import { registerWebUi } from './web-ui.ts';
import { registerWebhooks } from './webhooks.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route; one without it is used by nobody. */
    access?: Access;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

export interface ApiOptions {
  services: HubServices;
  /** Network address to listen on; `0.0.0.0` is every one. */
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** Further names under which browsers reach the hub. */
  allowedHosts: readonly string[];
  auth: Auth;
  /** Folder of the built web app. */
  uiRoot?: string;
  /** The unguessable part of webhook addresses. */
  hooksKey: string;
  clock: Clock;
  log: Log;
}

export interface Api extends AsyncDisposable {
  /** For a browser on this machine: `http://127.0.0.1:8586`. */
  readonly url: string;
  readonly port: number;
}

const MOST_BODY = 64 * 1024;
const MINUTE = 60_000;

/**
 * Starts the web server: API, WebSockets, webhooks and web app on one port. Disposing it ends all connections at once.
 * @throws ProblemError `port-in-use`, `port-forbidden`, `address-unknown`
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { services: hub, auth, clock, log } = options;
  const limit = (times: number, windowMs: number) => createRateLimit({ clock, limit: times, windowMs });
  const gate = createGate({
    auth,
    hosts: knownHosts(hostname(), networkInterfaces, options.allowedHosts),
    badTokens: limit(20, MINUTE),
  });
  const pairings = createPairings({ auth, clock });
  const context: Context = { hub, auth, clock, signIns: limit(10, 5 * MINUTE), pairings };
  const app = createApp(log);

  // Before all else, also for what does not exist: who is not let in learns nothing about what is inside.
  app.addHook('onRequest', async (request) => {
    request.caller = gate(request.raw, false);
    if (request.is404) return;
    const access = request.routeOptions.config.access;
    const decision = access ? decideAccess(access, request.caller) : 'forbidden';
    if (decision === 'unauthorized') throw unauthorized();
    if (decision === 'forbidden') throw forbidden(access ?? 'household');
  });
  await app.register(fastifyStatic, { root: '/', serve: false });
  for (const route of routes) registerRoute(app, route, context);
  registerWebhooks(app, {
    hub,
    key: options.hooksKey,
    wrongKeys: limit(10, MINUTE),
    calls: limit(120, MINUTE),
  });
  registerWebUi(app, options.uiRoot);

  const feed = createEventFeed(hub.events);
  const sockets = acceptSockets({ server: app.server, gate, auth, context: { hub, clock, feed }, log });
  const close = async () => {
    await sockets[Symbol.asyncDispose]();
    feed[Symbol.dispose]();
    await app.close();
  };
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await close();
    throw listenProblem(error, options);
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://${ownAddress(options.host, networkInterfaces())}:${port}`,
    port,
    [Symbol.asyncDispose]: close,
  };
}

function createApp(log: Log): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: MOST_BODY,
    requestTimeout: 30_000,
    keepAliveTimeout: 10_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 256 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true } },
    clientErrorHandler: (error, socket) => refuseRaw(socket, parserProblem(error)),
    frameworkErrors: (error, _request, reply) => void sendError(reply, error),
  });
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('caller', undefined);
  // The schemas of replies are for the documentation and the tests; what is sent is what the hub has.
  app.setSerializerCompiler(() => JSON.stringify);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.addHook('preSerialization', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = sendError(reply, error);
    if (status < 500) return;
    const route = `${request.method} ${request.routeOptions.url ?? '(none)'}`;
    log[status === 500 ? 'error' : 'debug'](`${route}: ${withoutSecrets(reason(error))}`);
  });
  app.setNotFoundHandler((_request, reply) => {
    sendError(reply, notFound('There is nothing here.', 'Check the address and the method.'));
  });
  return app;
}

function sendError(reply: FastifyReply, error: unknown): number {
  const { status, headers, body } = answerTo(error);
  reply
    .headers(headers)
    .code(status)
    .type('application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(body);
  return status;
}

function registerRoute(app: FastifyInstance, route: Route, context: Context): void {
  app.route({
    method: route.method,
    url: API_PREFIX + route.path,
    config: { access: route.access },
    exposeHeadRoute: route.head && route.method === 'GET',
    schema: {
      ...(route.params && { params: route.params }),
      ...(route.query && { querystring: route.query }),
      ...(route.body && { body: route.body }),
      response: { ...(route.reply && { [route.status]: route.reply }), '4xx': errorReply, '5xx': errorReply },
    },
    handler: (request, reply) => route.handle(context, request, reply),
  });
}

function listenProblem(error: unknown, { host, port }: ApiOptions): unknown {
  const problems: Record<string, { code: string; what: string; cure: string }> = {
    EADDRINUSE: {
      code: 'port-in-use',
      what: `Port ${port} for the web app and API is used by another program.`,
      cure: 'Set another "Port" (api.port) in the Doorstep settings, or stop that program.',
    },
    EACCES: {
      code: 'port-forbidden',
      what: `This user may not listen on port ${port}.`,
      cure: 'Set a "Port" (api.port) above 1023 in the Doorstep settings.',
    },
    EADDRNOTAVAIL: {
      code: 'address-unknown',
      what: `This machine has no address ${host} for the web app and API.`,
      cure: 'Set "Address" (api.host) in the Doorstep settings to one that it has, or to 0.0.0.0.',
    },
  };
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const problem = problems[code === 'ENOTFOUND' ? 'EADDRNOTAVAIL' : code];
  return problem ? new ProblemError(problem, { cause: error }) : error;
}
