import type { Problem } from '../../protocol/api.ts';
import { ProblemError } from '../system/problem.ts';
import type { HostRefusal } from './host-guard.ts';
import type { OriginRefusal } from './origin-guard.ts';

/** A problem with the HTTP status that says the same. */
export class HttpProblem extends ProblemError {
  readonly status: number;
  /** Seconds until another try makes sense. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Problem, retryAfter?: number) {
    super(problem);
    this.name = 'HttpProblem';
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** A request that fits the schema and still cannot be; `fault` is a clause: `"to" must be after "from"`. */
export function badRequest(fault: string): HttpProblem {
  return new HttpProblem(400, {
    code: 'bad-request',
    what: `The request is not as this route wants it: ${fault}.`,
    cure: 'See docs/api.md for what it takes.',
  });
}

export function unauthorized(): HttpProblem {
  return new HttpProblem(401, {
    code: 'unauthorized',
    what: 'This needs a sign-in or a token, and what came along is none that this hub knows.',
    cure: 'Sign in to the web app, or send a token of this hub as "Authorization: Bearer dst_…".',
  });
}

export function forbidden(needed: string): HttpProblem {
  return new HttpProblem(403, {
    code: 'forbidden',
    what:
      needed === 'household'
        ? 'This is for the signed-in household alone; no token may do it.'
        : `The token lacks the scope "${needed}".`,
    cure:
      needed === 'household'
        ? 'Sign in to the web app.'
        : `Create a token that has it: doorstep token create --name <name> --scopes ${needed}`,
  });
}

export function notFound(what: string, cure: string): HttpProblem {
  return new HttpProblem(404, { code: 'not-found', what, cure });
}

export function tooMany(waitMs: number): HttpProblem {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new HttpProblem(
    429,
    {
      code: 'too-many-attempts',
      what: 'Too many attempts from this address.',
      cure: `Try again in ${seconds} s.`,
    },
    seconds,
  );
}

export function refusedHost(refusal: HostRefusal): HttpProblem {
  if (refusal === 'missing') {
    return new HttpProblem(400, {
      code: 'host-missing',
      what: 'The request has no Host header.',
      cure: 'Send the address of this hub as Host.',
    });
  }
  return new HttpProblem(421, {
    code: 'host-unknown',
    what: 'The request is for a host name that is not one of this hub.',
    cure: 'Use its IP address or its .local name, or add the name to "Further host names" (api.allowedHosts) in the settings.',
  });
}

export function refusedOrigin(refusal: OriginRefusal): HttpProblem {
  return new HttpProblem(403, {
    code: refusal,
    what:
      refusal === 'cross-origin'
        ? 'The request comes from a page of another site.'
        : 'A request with the sign-in cookie must say where it comes from.',
    cure:
      refusal === 'cross-origin'
        ? 'Open the web app of this hub itself.'
        : 'Send an Origin header with the address of this hub, or use a token.',
  });
}
