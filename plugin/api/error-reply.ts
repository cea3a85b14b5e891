import type { ErrorReply, Problem } from '../../protocol/api.ts';
import { ProblemError } from '../system/problem.ts';
import { badRequest, HttpProblem } from './problems.ts';

export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  body: ErrorReply;
}

/** What a client is told about an error. Of our own faults it learns nothing but that they are ours. */
export function answerTo(error: unknown): ErrorAnswer {
  if (error instanceof HttpProblem) {
    const { status, retryAfter, problem } = error;
    const headers: Record<string, string> = {};
    if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
    if (status === 401) headers['www-authenticate'] = 'Bearer';
    return { status, headers, body: { error: problem } };
  }
  if (error instanceof ProblemError) {
    const { problem } = error;
    return { status: STATUS[problem.code] ?? 503, headers: {}, body: { error: problem } };
  }
  const status = statusOf(error);
  const said = error instanceof Error ? error.message : '';
  return { status, headers: rangeOf(error), body: { error: (PROBLEMS[status] ?? INTERNAL)(said) } };
}

/** By code of a problem; all others pass by themselves, or with the cure, and are 503. */
const STATUS: Readonly<Record<string, number>> = {
  // What the household itself has switched off is no fault; asking again changes nothing.
  'privacy-on': 409,
  'detection-off': 409,
  'no-such-clip': 404,
  'no-such-camera': 404,
  'no-such-decision': 404,
  'nothing-asked': 409,
  'no-footage': 404,
  'recording-gone': 404,
  'picture-changed': 409,
  'too-long': 400,
  'too-many-exports': 429,
  'too-many-stills': 429,
  'target-outside': 409,
};

/** A range that cannot be had is answered with the size of the file (RFC 9110, 15.5.17). */
function rangeOf(error: unknown): Record<string, string> {
  const range = (error as { headers?: Record<string, unknown> } | null)?.headers?.['Content-Range'];
  return typeof range === 'string' ? { 'content-range': range } : {};
}

/** The status that Fastify or one of its parts gave its own 4xx error; 500 for all else. */
function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && PROBLEMS[status] ? status : 500;
}

const INTERNAL = (): Problem => ({
  code: 'internal',
  what: 'The hub made a mistake of its own.',
  cure: 'Look in the Homebridge log for the reason.',
});

const PROBLEMS: Readonly<Record<number, (said: string) => Problem>> = {
  400: (said) => badRequest(said).problem,
  403: () => ({ code: 'forbidden', what: 'That path is not served.', cure: 'Check the address.' }),
  404: () => ({ code: 'not-found', what: 'There is nothing here.', cure: 'Check the address.' }),
  408: () => ({
    code: 'request-timeout',
    what: 'The request took too long to arrive.',
    cure: 'Send it again.',
  }),
  412: () => ({
    code: 'precondition-failed',
    what: 'The file is not the one that the request is about.',
    cure: 'Load it anew.',
  }),
  413: () => ({
    code: 'body-too-large',
    what: 'The body is larger than 64 KiB.',
    cure: 'Send less.',
  }),
  415: () => ({
    code: 'not-json',
    what: 'The body is not JSON.',
    cure: 'Send JSON with "Content-Type: application/json".',
  }),
  416: () => ({
    code: 'range-not-satisfiable',
    what: 'The file is shorter than the range asked for.',
    cure: 'Ask for its size first (HEAD).',
  }),
  431: () => ({
    code: 'headers-too-large',
    what: 'The headers are larger than 16 KiB.',
    cure: 'Send fewer cookies or shorter ones.',
  }),
};
