/** How an exchange with a camera over RTSP fails. What that means for somebody is said by whoever asked. */
import type { RtspResponse } from './rtsp-responses.ts';

/** An answer that is not 200. */
export class RtspRefusal extends Error {
  readonly method: string;
  readonly response: RtspResponse;

  constructor(method: string, response: RtspResponse) {
    super(`the camera answered ${response.status} to ${method}`);
    this.method = method;
    this.response = response;
  }

  get status(): number {
    return this.response.status;
  }
}

/** `unreachable`: there is no connection; `silent`: no answer in time; `lost`: the connection ended or makes no sense. */
export type RtspFailureKind = 'unreachable' | 'silent' | 'lost';

/** No answer at all. The message says why, in a part of a sentence without the address. */
export class RtspFailure extends Error {
  readonly kind: RtspFailureKind;
  /** The method that was asked; empty while there was no connection. */
  readonly during: string;
  /** Of the system, such as `ECONNREFUSED`; `ETIMEDOUT` when we gave up. */
  readonly code: string | undefined;

  constructor(kind: RtspFailureKind, message: string, about: { during?: string; code?: string | undefined }) {
    super(message);
    this.kind = kind;
    this.during = about.during ?? '';
    this.code = about.code;
  }
}
