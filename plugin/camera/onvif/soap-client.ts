/**
 * Calls one camera. The npm package `onvif` was weighed and left out: its time limit starts anew with every byte and cannot be
 * cancelled, replies are unbounded and searched by a pattern of quadratic cost, passwords beyond ASCII and names with `&` are sent
 * wrongly, callbacks run twice where a reply has an odd shape, its pull loop ends for good at the first unknown error, and masks
 * and audio levels are missing. Tests use it as an independent client of the simulated camera.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../system/clock.ts';
import type { XmlElement } from '../../system/xml.ts';
import { type Challenge, digestHeader, readChallenges } from '../digest.ts';
import type { Credentials, Endpoint } from './address-policy.ts';
import { clockOffset } from './device.ts';
import type { Post } from './http-post.ts';
import { OnvifError } from './onvif-error.ts';
import { envelope, NS, readReply, usernameToken } from './soap.ts';

export interface Call {
  endpoint: Endpoint;
  body: string;
  /** SOAP headers, as XML. */
  header?: string;
  /** For the `action` of the media type (SOAP 1.2 Part 2, section 6.5.3); only event services of some cameras look at it. */
  action?: string;
  /** Default 8000. */
  deadlineMs?: number;
  signal: AbortSignal;
}

export interface SoapClient {
  /** How far the camera's clock is ahead of the hub's, in ms; undefined until `measureClock` succeeded. */
  readonly clockOffsetMs: number | undefined;
  /** Asks the camera for its time. Rejects as `call` does. */
  measureClock(endpoint: Endpoint, signal: AbortSignal): Promise<number>;
  /** Sends a request, and gives what stands in the body of the reply. Rejects with an `OnvifError`. */
  call(call: Call): Promise<XmlElement>;
}

const DEADLINE_MS = 8_000;
/** Cameras forgive some seconds; a clock that moved less explains no refusal. */
const CLOCK_MOVED_MS = 2_000;
const GET_TIME = `<GetSystemDateAndTime xmlns="${NS.device}"/>`;

export function createSoapClient(
  { username, password }: Credentials,
  { clock, post }: { clock: Clock; post: Post },
): SoapClient {
  let offset: number | undefined;
  let timeAt: Endpoint | undefined;
  let digest: { parameters: Challenge['parameters']; count: number } | undefined;

  const send = async (call: Call, authenticated: boolean): Promise<XmlElement> => {
    const token = authenticated ? security() : '';
    const request = {
      ...call.endpoint,
      body: envelope(call.body, token + (call.header ?? '')),
      deadlineMs: call.deadlineMs ?? DEADLINE_MS,
      signal: call.signal,
    };
    const headers = {
      'content-type': `application/soap+xml; charset=utf-8${call.action ? `; action="${call.action}"` : ''}`,
    };
    let reply = await post({ ...request, headers: { ...headers, ...authorization(call.endpoint.path) } });
    const asked = authenticated && reply.status === 401 ? readChallenges(reply.challenges) : [];
    // Never Basic, which would send the password itself.
    const challenge = asked.find(({ scheme }) => scheme === 'digest')?.parameters;
    // A nonce ends after a while: a camera that challenges anew gets one more answer.
    if (challenge && challenge.get('nonce') !== digest?.parameters.get('nonce')) {
      digest = { parameters: challenge, count: 0 };
      reply = await post({ ...request, headers: { ...headers, ...authorization(call.endpoint.path) } });
    }
    return readReply(reply.status, reply.text);
  };

  const security = () =>
    username === ''
      ? ''
      : usernameToken({ username, password, nonce: randomBytes(16), createdAt: clock.now() + (offset ?? 0) });

  const authorization = (uri: string): Record<string, string> => {
    if (!digest || username === '') return {};
    digest.count += 1;
    const cnonce = randomBytes(8).toString('hex');
    const input = { ...digest, user: username, password, method: 'POST', uri, cnonce };
    return { authorization: digestHeader(input) };
  };

  const measure = async (endpoint: Endpoint, signal: AbortSignal): Promise<number> => {
    const ask = async (authenticated: boolean) => {
      const sentAt = clock.now();
      const reply = await send({ endpoint, body: GET_TIME, signal }, authenticated);
      return clockOffset(reply, sentAt, clock.now());
    };
    // It needs no login (ONVIF Core Specification, section 5.9.4), except at some.
    const measured = await ask(false).catch((error: unknown) => {
      if (error instanceof OnvifError && error.kind === 'refused') return ask(true);
      throw error;
    });
    timeAt = endpoint;
    offset = measured ?? 0;
    return offset;
  };

  /** Whether the camera's clock, or ours, was set since it was last asked; a refusal may come from that. */
  const clockMoved = async (signal: AbortSignal): Promise<boolean> => {
    if (!timeAt || username === '') return false;
    const before = offset ?? 0;
    const now = await measure(timeAt, signal).catch(() => before);
    return Math.abs(now - before) > CLOCK_MOVED_MS;
  };

  return {
    get clockOffsetMs() {
      return offset;
    },
    measureClock: measure,
    async call(call) {
      try {
        return await send(call, true);
      } catch (error) {
        const refused = error instanceof OnvifError && error.kind === 'refused';
        if (!refused || !(await clockMoved(call.signal))) throw error;
        return send(call, true);
      }
    },
  };
}
