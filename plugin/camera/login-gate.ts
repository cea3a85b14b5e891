/** One verdict on a user name and password for all streams of a camera, so that a wrong one is tried rarely, and by one at a time. */
import { type Clock, sleep } from '../system/clock.ts';
import { refusedMs } from './backoff-policy.ts';
import { untilAborted } from './until-aborted.ts';

/** A stream that may log in. Disposing it makes way for the next, when the camera has said neither. */
export interface LoginTry extends Disposable {
  /** The camera gave pictures. */
  accepted(): void;
  refused(): void;
}

interface Login {
  /** In a row. */
  refusals: number;
  accepted: boolean;
  /** Monotonic ms. */
  notBefore: number;
  /** Settles when the one that tries a refused login knows more. */
  trying: Promise<void> | undefined;
}

export interface LoginGateDeps {
  clock: Clock;
  /** 0 to 1. */
  random: () => number;
}

export class LoginGate {
  readonly #deps: LoginGateDeps;
  readonly #logins = new Map<string, Login>();

  constructor(deps: LoginGateDeps) {
    this.#deps = deps;
  }

  /** Waits until the login in this RTSP URL may be tried; undefined when the signal aborts first. */
  async enter(url: string, signal: AbortSignal): Promise<LoginTry | undefined> {
    const login = this.#of(url);
    while (!signal.aborted && login.refusals > 0) {
      const waitMs = login.notBefore - this.#deps.clock.monotonic();
      if (waitMs > 0) await sleep(this.#deps.clock, waitMs, signal);
      else if (login.trying) await untilAborted(login.trying, signal);
      else break;
    }
    return signal.aborted ? undefined : this.#try(login);
  }

  #try(login: Login): LoginTry {
    const { clock, random } = this.#deps;
    const before = login.refusals;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (before > 0) login.trying = promise;
    const over = () => {
      if (login.trying === promise) login.trying = undefined;
      resolve();
    };
    return {
      accepted() {
        login.accepted = true;
        login.refusals = 0;
        over();
      },
      refused() {
        // Two that tried at the same time learn the same.
        if (login.refusals === before) {
          login.refusals++;
          const { refusals, accepted } = login;
          login.notBefore = clock.monotonic() + refusedMs({ refusals, accepted, random: random() });
        }
        over();
      },
      [Symbol.dispose]: over,
    };
  }

  #of(url: string): Login {
    const key = loginOf(url);
    const known = this.#logins.get(key);
    if (known) return known;
    const login: Login = { refusals: 0, accepted: false, notBefore: 0, trying: undefined };
    this.#logins.set(key, login);
    return login;
  }
}

/** What comes before the host; a password may hold anything. One without a login is told apart by its host. */
function loginOf(url: string): string {
  const at = url.lastIndexOf('@');
  return at === -1 ? (url.split('/')[2] ?? '') : url.slice(url.indexOf('//') + 2, at);
}
