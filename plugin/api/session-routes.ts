import Type from 'typebox';
import type { SessionInfo } from '../../protocol/api.ts';
import { PASSPHRASE_LENGTH } from './passphrase.ts';
import { HttpProblem, tooMany } from './problems.ts';
import { type Context, jsonRoute, type Route } from './route.ts';
import { sessionInfo } from './schemas.ts';
import { clearedSessionCookie, readSessionCookie, sessionCookie } from './session-cookie.ts';

const newPassphrase = Type.String({
  description: 'The household passphrase, for all who live here.',
  minLength: PASSPHRASE_LENGTH.min,
  maxLength: PASSPHRASE_LENGTH.max,
});
const anyPassphrase = Type.String({ minLength: 1, maxLength: PASSPHRASE_LENGTH.max });

export const sessionRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/session',
    access: 'public',
    summary: 'Whether this hub has been claimed, and whether this browser is signed in.',
    reply: sessionInfo,
    handle({ auth }, { caller, request, reply }): SessionInfo {
      const signedIn = caller?.kind === 'session';
      const secret = readSessionCookie(request.headers.cookie);
      // The web app asks this when it opens; the browser's copy of the cookie lives on with the session.
      if (signedIn && secret) reply.header('set-cookie', sessionCookie(secret, auth.sessionMs));
      return { claimed: auth.claimed, signedIn };
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/claim',
    access: 'public',
    summary: 'Claims a new hub with the code in its log, sets the household passphrase and signs in.',
    body: Type.Object(
      { code: Type.String({ minLength: 1, maxLength: 64 }), passphrase: newPassphrase },
      { additionalProperties: false },
    ),
    reply: sessionInfo,
    async handle(context, { body, address, reply }): Promise<SessionInfo> {
      const result = await attempt(context, address, async () => {
        const outcome = await context.auth.claim(body.code, body.passphrase);
        return { ok: outcome === 'ok', outcome };
      });
      if (result.outcome === 'already-claimed') throw alreadyClaimed();
      if (result.outcome === 'wrong-code') throw wrongCode();
      return signIn(context, (cookie) => reply.header('set-cookie', cookie));
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/session',
    access: 'public',
    summary: 'Signs a browser in with the household passphrase.',
    body: Type.Object({ passphrase: anyPassphrase }, { additionalProperties: false }),
    reply: sessionInfo,
    async handle(context, { body, address, reply }): Promise<SessionInfo> {
      if (!context.auth.claimed) throw notClaimed();
      const { ok } = await attempt(context, address, async () => ({
        ok: await context.auth.checkPassphrase(body.passphrase),
      }));
      if (!ok) throw wrongPassphrase();
      return signIn(context, (cookie) => reply.header('set-cookie', cookie));
    },
  }),
  jsonRoute({
    method: 'DELETE',
    path: '/session',
    access: 'household',
    summary: 'Signs this browser out.',
    reply: sessionInfo,
    handle({ auth }, { caller, reply }): SessionInfo {
      if (caller) auth.endSession(caller.id);
      reply.header('set-cookie', clearedSessionCookie());
      return { claimed: auth.claimed, signedIn: false };
    },
  }),
];

/** Counts before it tries, so that attempts at the same moment count too; a success forgives. */
async function attempt<R extends { ok: boolean }>(
  { signIns }: Context,
  address: string,
  tryIt: () => Promise<R>,
): Promise<R> {
  const wait = signIns.waitMs(address);
  if (wait > 0) throw tooMany(wait);
  signIns.count(address);
  const result = await tryIt();
  if (result.ok) signIns.forgive(address);
  return result;
}

function signIn({ auth }: Context, setCookie: (cookie: string) => void): SessionInfo {
  setCookie(sessionCookie(auth.openSession(), auth.sessionMs));
  return { claimed: true, signedIn: true };
}

function wrongPassphrase() {
  return new HttpProblem(401, {
    code: 'wrong-passphrase',
    what: 'That is not the passphrase of this household.',
    cure: 'Type it again; case matters.',
  });
}

function notClaimed() {
  return new HttpProblem(409, {
    code: 'not-claimed',
    what: 'This hub has no passphrase yet.',
    cure: 'Claim it with the code in the Homebridge log.',
  });
}

function alreadyClaimed() {
  return new HttpProblem(409, {
    code: 'already-claimed',
    what: 'This hub has its passphrase already.',
    cure: 'Sign in with it.',
  });
}

function wrongCode() {
  return new HttpProblem(401, {
    code: 'wrong-code',
    what: 'That is not the claim code of this hub.',
    cure: 'Look in the Homebridge log for the newest line with a claim code; each restart makes a new one.',
  });
}
