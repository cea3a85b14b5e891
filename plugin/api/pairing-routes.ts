import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import {
  PAIRING_HEADER,
  type PairingInfo,
  type PairingReply,
  type PairingStarted,
  type PairingsReply,
} from '../../protocol/pairing.ts';
import { notFound } from './problems.ts';
import { jsonRoute, type Route } from './route.ts';
import { newToken, scope } from './schemas.ts';
import { oneOf, shapeOf, time } from './shape-of.ts';

const started = shapeOf<PairingStarted>()(
  Type.Object({
    id: Type.String(),
    code: Type.String({ description: 'Shown on both sides, for a person to compare: `4821-7730`.' }),
    secret: Type.String({ description: `For the header \`${PAIRING_HEADER}\`.` }),
    expiresAt: time('Until when the household can answer.'),
  }),
);

const reply = shapeOf<PairingReply>()(
  Type.Union([
    Type.Object({ state: Type.Literal('pending'), expiresAt: time('Until when the household can answer.') }),
    Type.Object({ state: Type.Literal('approved'), token: newToken }),
    Type.Object({ state: Type.Literal('declined') }),
    Type.Object({ state: Type.Literal('expired') }),
  ]),
);

const pairing = shapeOf<PairingInfo>()(
  Type.Object({
    id: Type.String(),
    name: Type.String({ description: 'What the program calls itself.' }),
    code: Type.String(),
    scopes: Type.Array(scope, { description: 'What it would like to do.' }),
    address: Type.String({ description: 'Network address that it came from.' }),
    askedAt: time('When it asked.'),
    expiresAt: time('Until when it can be answered, or its token be fetched.'),
    state: oneOf(['pending', 'approved'], {
      description: '`approved`: the program has not fetched its token.',
    }),
  }),
);

const pairingsReply = shapeOf<PairingsReply>()(Type.Object({ pairings: Type.Array(pairing) }));
const params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const scopes = Type.Array(scope, { minItems: 1, maxItems: 8 });
const nothing = Type.Object({}, { additionalProperties: false });

/**
 * A program asks, and shows a code; the household compares the code and says what the program may do. Anybody in the network can ask,
 * nobody but the household can answer, and only who asked gets the token.
 */
export const pairingRoutes: readonly Route[] = [
  jsonRoute({
    method: 'POST',
    path: '/pairings',
    access: 'public',
    summary: 'Asks the household to let a program in; few can wait at a time, ten minutes each.',
    body: Type.Object(
      {
        // No letter that hides, or turns around what follows it.
        name: Type.String({
          maxLength: 63,
          pattern: '^(?=.*\\S)[^\\p{C}]+$',
          description: 'Of the program.',
        }),
        scopes,
      },
      { additionalProperties: false },
    ),
    reply: started,
    status: 201,
    handle: ({ pairings }, { body, address }) => pairings.ask(body, address),
  }),
  jsonRoute({
    method: 'GET',
    path: '/pairings/:id',
    access: 'public',
    summary: `How a pairing stands, for the program whose secret is in the header \`${PAIRING_HEADER}\`; gives the token once.`,
    params,
    reply,
    // It would take the token, and throw it away.
    head: false,
    handle: ({ pairings }, { params, address, request }) =>
      pairings.look(params.id, secretOf(request), address),
  }),
  jsonRoute({
    method: 'DELETE',
    path: '/pairings/:id',
    access: 'public',
    summary: `Calls a pairing off, for the program whose secret is in the header \`${PAIRING_HEADER}\`.`,
    params,
    reply: nothing,
    handle({ pairings }, { params, address, request }) {
      pairings.callOff(params.id, secretOf(request), address);
      return {};
    },
  }),
  jsonRoute({
    method: 'GET',
    path: '/pairings',
    access: 'household',
    summary: 'The programs that ask to be let in.',
    reply: pairingsReply,
    handle: ({ pairings }) => ({ pairings: pairings.open() }),
  }),
  jsonRoute({
    method: 'POST',
    path: '/pairings/:id/approve',
    access: 'household',
    summary: 'Lets a program in. What it may do is what is ticked here, whatever it asked for.',
    params,
    body: Type.Object({ scopes }, { additionalProperties: false }),
    reply: pairing,
    handle: ({ pairings }, { params, body }) => pairings.approve(params.id, body.scopes) ?? nobodyWaits(),
  }),
  jsonRoute({
    method: 'POST',
    path: '/pairings/:id/decline',
    access: 'household',
    summary: 'Does not let a program in.',
    params,
    body: nothing,
    reply: pairing,
    handle: ({ pairings }, { params }) => pairings.decline(params.id) ?? nobodyWaits(),
  }),
];

function secretOf({ headers }: FastifyRequest): string {
  const secret = headers[PAIRING_HEADER];
  return typeof secret === 'string' ? secret : '';
}

function nobodyWaits(): never {
  throw notFound('No program waits for this answer any more.', 'Start the pairing again in the program.');
}
