import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import type { Clock } from '../system/clock.ts';
import type { Access, Caller } from './access.ts';
import type { Auth } from './auth.ts';
import type { HubServices } from './contract.ts';
import type { Pairings } from './pairing.ts';
import type { RateLimit } from './rate-limit.ts';

/** What every route may use. */
export interface Context {
  hub: HubServices;
  auth: Auth;
  clock: Clock;
  /** Counts failed sign-ins and claims. */
  signIns: RateLimit;
  pairings: Pairings;
}

export interface Call<P extends TObject, Q extends TObject, B extends TObject> {
  params: Static<P>;
  query: Static<Q>;
  body: Static<B>;
  /** Who asks; on a route that is not public there always is one. */
  caller: Caller | undefined;
  /** The client's network address. */
  address: string;
  request: FastifyRequest;
  reply: FastifyReply;
}

interface RouteSpec<P extends TObject, Q extends TObject, B extends TObject> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, with Fastify's `:parameters`. */
  path: string;
  access: Access;
  /** One sentence for the documentation. */
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
}

interface JsonSpec<P extends TObject, Q extends TObject, B extends TObject, R extends TSchema>
  extends RouteSpec<P, Q, B> {
  /** What a success looks like. */
  reply: R;
  /** HTTP status of success; default 200. */
  status?: number;
  /** False where HEAD would do all the work, only to throw the answer away. Default true. */
  head?: boolean;
  handle(context: Context, call: Call<P, Q, B>): Static<R> | Promise<Static<R>>;
}

interface MediaSpec<P extends TObject, Q extends TObject, B extends TObject> extends RouteSpec<P, Q, B> {
  /** Content type of a success. */
  media: string;
  /** An endless reply has no length to ask for. Default true. */
  head?: boolean;
  handle(context: Context, call: Call<P, Q, B>): unknown;
}

/** One route as data: Fastify serves it, the documentation lists it, the access test walks it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  access: Access;
  summary: string;
  params?: TObject;
  query?: TObject;
  body?: TObject;
  status: number;
  reply?: TSchema;
  media?: string;
  head: boolean;
  handle(context: Context, request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
}

type Nothing = TObject<Record<never, never>>;

/** A route that answers in JSON. */
export function jsonRoute<
  R extends TSchema,
  P extends TObject = Nothing,
  Q extends TObject = Nothing,
  B extends TObject = Nothing,
>(spec: JsonSpec<P, Q, B, R>): Route {
  return {
    ...spec,
    status: spec.status ?? 200,
    head: spec.head ?? true,
    async handle(context, request, reply) {
      reply.code(spec.status ?? 200);
      return spec.handle(context, callOf<P, Q, B>(request, reply));
    },
  };
}

/** A route that answers with a picture or a film. */
export function mediaRoute<
  P extends TObject = Nothing,
  Q extends TObject = Nothing,
  B extends TObject = Nothing,
>(spec: MediaSpec<P, Q, B>): Route {
  return {
    ...spec,
    status: 200,
    head: spec.head ?? true,
    handle: async (context, request, reply) => spec.handle(context, callOf<P, Q, B>(request, reply)),
  };
}

/** Fastify has checked the three parts against the schemas of the same route. */
function callOf<P extends TObject, Q extends TObject, B extends TObject>(
  request: FastifyRequest,
  reply: FastifyReply,
): Call<P, Q, B> {
  return {
    params: request.params as Static<P>,
    query: request.query as Static<Q>,
    body: request.body as Static<B>,
    caller: request.caller,
    address: request.ip,
    request,
    reply,
  };
}
