import { randomBytes } from 'node:crypto';
import type { Child } from '../../system/child.ts';
import { type Clock, sleep } from '../../system/clock.ts';
import { withoutSecrets } from '../../system/log.ts';
import type { TargetError } from './contract.ts';
import { checkCalledOff } from './folder-fault.ts';
import { rcloneFault } from './rclone-fault.ts';
import { endedFault, notStarted, type RcloneProgram, startRclone } from './rclone-run.ts';

/** `rclone serve webdav` of a remote, on a port of this machine that only we can use. */
export interface RcloneServer extends AsyncDisposable {
  /** Of the remote's root. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly isRunning: boolean;
  /** What its log said a moment ago about the storage, if anything: WebDAV says 404 and 405 for all that goes wrong behind it. */
  trouble(): Promise<TargetError | undefined>;
}

/** Longer ago it was about something else. */
const RECENT_MS = 5_000;
const LOOKS = 5;
const LOOK_MS = 20;

/** Nothing cached: what is believed must be so now. */
const ARGS = [
  // As long as a store may take to say that it has a file (`replyMs`).
  ...['--timeout', '10m'],
  ...['--addr', '127.0.0.1:0', '--vfs-cache-mode', 'off', '--dir-cache-time', '0s', '--poll-interval', '0'],
  ...['--buffer-size', '1Mi', '--log-level', 'NOTICE'],
  // It writes a line each second: when whoever started it was killed, that breaks its pipe, and ends it.
  ...['--stats', '1s', '--stats-one-line', '--stats-log-level', 'NOTICE'],
];

/** Resolves when it can be used. Rejects with a `TargetError`. */
export async function serveRemote(
  rclone: RcloneProgram,
  remote: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<RcloneServer> {
  const [username, password] = [randomBytes(12).toString('hex'), randomBytes(24).toString('hex')];
  const started = Promise.withResolvers<string>();
  let last: { fault: TargetError; at: number } | undefined;
  const child = startRclone(rclone, ['serve', 'webdav', remote, ...ARGS], {
    secrets: { RCLONE_USER: username, RCLONE_PASS: password },
    outputs: 0,
    onLine(line) {
      const [, url] = /WebDav Server started on \[?(http:\/\/127\.0\.0\.1:\d+)\/?/i.exec(line) ?? [];
      if (url !== undefined) started.resolve(url);
      const fault = /\bERROR\b/.test(line) && rcloneFault(rclone.where, withoutSecrets(line).slice(0, 500));
      if (fault) last = { fault, at: clock.monotonic() };
    },
  });
  let isRunning = true;
  void child.exited.then(({ error, stderrTail }) => {
    isRunning = false;
    started.reject(error ? notStarted(rclone.program) : endedFault(rclone, stderrTail));
  });
  const url = await begun(child, started.promise, signal);
  const recent = () => (last && clock.monotonic() - last.at <= RECENT_MS ? last.fault : undefined);
  return {
    url,
    username,
    password,
    get isRunning() {
      return isRunning;
    },
    async trouble() {
      // Its log and its answer come by two ways.
      for (let looks = 0; looks < LOOKS && !recent(); looks++) await sleep(clock, LOOK_MS);
      return recent();
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

async function begun(child: Child, started: Promise<string>, signal: AbortSignal): Promise<string> {
  const stop = () => void child.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await started;
  } catch (error) {
    checkCalledOff(signal);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
