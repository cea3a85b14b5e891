/** One RTSP connection to a camera: requests one after another, with passwords where they are wanted, and packets between them. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../system/clock.ts';
import { readChallenges } from '../digest.ts';
import type { RtspAddress } from './rtsp-address.ts';
import { Authorizer, isRenewed } from './rtsp-auth.ts';
import { RtspFailure, RtspRefusal } from './rtsp-error.ts';
import { type RtspResponse, RtspResponses } from './rtsp-responses.ts';

export interface RtspClientOptions {
  address: RtspAddress;
  clock: Clock;
  /** Closes the connection. */
  signal: AbortSignal;
  userAgent?: string;
  /** How long the camera may take to connect, and for each answer; 5 s unless told. */
  stepMs?: number;
}

export interface RtspClient extends Disposable {
  /**
   * Asks, and answers the camera's question for a password.
   * @throws RtspRefusal for any answer but 200, RtspFailure for a lost connection or a camera that is silent
   */
  request(method: string, url: string, headers?: Readonly<Record<string, string>>): Promise<RtspResponse>;
  /** Sends one interleaved packet; drops it when the network takes no more. */
  send(channel: number, packet: Buffer): void;
  /** Resolves, never rejects, when the connection is over: with why, in words, when it was not we who closed it. */
  readonly closed: Promise<string | undefined>;
}

const STEP_MS = 5000;
/** Without a password, with it, and once more with a fresh nonce. */
const MAX_ATTEMPTS = 3;
/** What waits longer in here would be heard too late. */
const MAX_WAITING_BYTES = 64 * 1024;

/** @throws RtspFailure when there is no connection in time */
export async function connectRtsp(options: RtspClientOptions): Promise<RtspClient> {
  const { address, clock, signal, userAgent = 'Doorstep', stepMs = STEP_MS } = options;
  const inTime: InTime = (result) => withDeadline(clock, stepMs, result);
  const socket = await dial(address, signal, inTime);
  const responses = new RtspResponses();
  let answered: ((response: RtspResponse) => void) | undefined;
  let sequence = 0;
  let authorizer: Authorizer | undefined;
  let why: string | undefined;
  let ours = false;

  const close = () => {
    ours = true;
    socket.destroy();
  };
  const closed = new Promise<string | undefined>((resolve) => {
    socket.once('close', () => {
      signal.removeEventListener('abort', close);
      resolve(ours ? undefined : (why ?? 'the camera closed the connection'));
    });
  });
  signal.addEventListener('abort', close, { once: true });
  socket.on('error', (error) => {
    why = `the connection to the camera broke (${error.message})`;
  });
  socket.on('data', (chunk) => {
    for (const response of responses.push(chunk)) answered?.(response);
    if (responses.broken === undefined) return;
    why = `the camera sent ${responses.broken}`;
    socket.destroy();
  });
  if (signal.aborted) close();

  const exchange = async (method: string, url: string, headers: Readonly<Record<string, string>>) => {
    const authorization = authorizer && { Authorization: authorizer.header(method, url) };
    const all = { CSeq: String(++sequence), 'User-Agent': userAgent, ...headers, ...authorization };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${oneLine(value)}\r\n`);
    const response = new Promise<RtspResponse>((resolve) => {
      answered = resolve;
    });
    socket.write(`${method} ${oneLine(url)} RTSP/1.0\r\n${lines.join('')}\r\n`);
    return inTime(Promise.race([response, closed]));
  };

  const ask: RtspClient['request'] = async (method, url, headers = {}) => {
    for (let attempt = 1; ; attempt++) {
      const response = await exchange(method, url, headers);
      if (response === undefined || typeof response === 'string') {
        socket.destroy();
        if (response === 'late') throw new RtspFailure('silent', 'it was silent', { during: method });
        throw new RtspFailure('lost', response ?? 'the connection was closed', { during: method });
      }
      if (response.status === 200) return response;
      const challenge = readChallenges(response.headers.get('www-authenticate') ?? [])[0];
      const answerable = challenge && (!authorizer || isRenewed(authorizer.challenge, challenge));
      // A camera that gives another nonce each time must not keep us here.
      const again = response.status === 401 && address.user !== '' && answerable && attempt < MAX_ATTEMPTS;
      if (!again) throw new RtspRefusal(method, response);
      authorizer = new Authorizer(challenge, address);
    }
  };

  let turn: Promise<unknown> = Promise.resolve();
  return {
    closed,
    request(method, url, headers) {
      const mine = turn.then(() => ask(method, url, headers));
      turn = mine.catch(() => {});
      return mine;
    },
    send(channel, packet) {
      if (socket.destroyed || socket.writableLength > MAX_WAITING_BYTES) return;
      const framed = Buffer.allocUnsafe(4 + packet.length);
      framed[0] = 0x24;
      framed[1] = channel;
      framed.writeUInt16BE(packet.length, 2);
      packet.copy(framed, 4);
      socket.write(framed);
    },
    [Symbol.dispose]: close,
  };
}

const oneLine = (text: string) => text.replace(/[\r\n]/g, '');

type InTime = <T>(result: Promise<T>) => Promise<T | 'late'>;

async function dial({ host, port, tls }: RtspAddress, signal: AbortSignal, inTime: InTime): Promise<Socket> {
  if (signal.aborted) throw notWanted();
  // Cameras sign their own certificates, and ffmpeg, which reads the same camera, accepts them as well.
  const socket = tls ? connectTls({ host, port, rejectUnauthorized: false }) : connectTcp({ host, port });
  const done = new AbortController();
  const opened = new Promise<RtspFailure | undefined>((resolve) => {
    const options = { once: true, signal: done.signal } as const;
    socket.once(tls ? 'secureConnect' : 'connect', () => resolve(undefined));
    socket.once('error', ({ message, code }: NodeJS.ErrnoException) =>
      resolve(new RtspFailure('unreachable', message, { code })),
    );
    signal.addEventListener('abort', () => resolve(notWanted()), options);
  });
  const failure = await inTime(opened);
  done.abort();
  socket.setNoDelay(true);
  if (failure === undefined) return socket;
  socket.on('error', () => {});
  socket.destroy();
  throw failure === 'late' ? new RtspFailure('unreachable', 'no answer', { code: 'ETIMEDOUT' }) : failure;
}

const notWanted = () => new RtspFailure('unreachable', 'it was not wanted any more', {});

async function withDeadline<T>(clock: Clock, ms: number, result: Promise<T>): Promise<T | 'late'> {
  let cancel = () => {};
  const late = new Promise<'late'>((resolve) => {
    cancel = clock.after(ms, () => resolve('late'));
  });
  return Promise.race([result, late]).finally(() => cancel());
}
