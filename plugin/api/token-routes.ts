import Type from 'typebox';
import { notFound } from './problems.ts';
import { jsonRoute, type Route } from './route.ts';
import { newToken, scope, tokenInfo, tokensReply } from './schemas.ts';

/** Tokens are given and taken by the household alone: a token that could make tokens would never end. */
export const tokenRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/tokens',
    access: 'household',
    summary: 'The tokens in force, without their secrets.',
    reply: tokensReply,
    handle: ({ auth }) => ({ tokens: auth.tokens() }),
  }),
  jsonRoute({
    method: 'POST',
    path: '/tokens',
    access: 'household',
    summary: 'Creates a token for a program; its secret is shown this once.',
    body: Type.Object(
      {
        name: Type.String({ description: 'What it is for.', minLength: 1, maxLength: 63 }),
        scopes: Type.Array(scope, { minItems: 1, maxItems: 8 }),
      },
      { additionalProperties: false },
    ),
    reply: newToken,
    status: 201,
    handle: ({ auth }, { body }) => auth.createToken(body),
  }),
  jsonRoute({
    method: 'DELETE',
    path: '/tokens/:id',
    access: 'household',
    summary: 'Revokes a token; its open connections end at once.',
    params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
    reply: tokenInfo,
    handle({ auth }, { params }) {
      const revoked = auth.revokeToken(params.id);
      if (!revoked) throw notFound('There is no such token, or it was revoked before.', 'List the tokens.');
      return revoked;
    },
  }),
];
