/** One WebSocket to the hub, from the dial to its end. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { EventFrame } from '../../protocol/api.ts';
import { eventsUrl, type HubAddress } from './address.ts';
import { type Fault, faultOfClose, faultOfError, faultOfHello, faultOfReply } from './fault.ts';
import { parseFrame } from './frame.ts';
import type { Cursor } from './resume.ts';

/** All in ms. */
export interface WireTiming {
  /** For connecting and for the WebSocket upgrade together. */
  handshakeMs: number;
  /** From the upgrade to the hub's hello. */
  helloMs: number;
  /** Between pings; the answer to one must be there before the next. */
  pingMs: number;
  /** For a polite close, before the socket is cut. */
  closeMs: number;
}

export const WIRE_TIMING: WireTiming = {
  handshakeMs: 10_000,
  helloMs: 10_000,
  pingMs: 15_000,
  closeMs: 1000,
};

export interface WireOptions {
  address: HubAddress;
  token: string;
  cursor: Cursor | undefined;
  timing: WireTiming;
  /** Each frame, in order; the first is a hello that faults with nothing. */
  onFrame: (frame: EventFrame) => void;
  /** Once, when it ends other than by `close`. Nothing follows. */
  onEnd: (fault: Fault) => void;
}

export interface Wire {
  /** Ends it, without `onEnd`; resolves when the socket is gone. */
  close(): Promise<void>;
}

/** The hub sends 2 KB an event and a hello with its cameras; more than this is not our hub. */
const MAX_FRAME_BYTES = 1024 * 1024;
const MAX_REPLY_BYTES = 4096;

/** Dials the hub. Never throws: whatever goes wrong comes as a fault. */
export function dial({ address, token, cursor, timing, onFrame, onEnd }: WireOptions): Wire {
  let over = false;
  let greeted = false;
  let answered = true;
  let pinging: NodeJS.Timeout | undefined;

  const socket = new WebSocket(eventsUrl(address, cursor), {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: MAX_FRAME_BYTES,
  });
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let deadline = setTimeout(() => end({ code: 'timeout' }), timing.handshakeMs);

  function stopTimers(): void {
    clearTimeout(deadline);
    clearInterval(pinging);
  }

  function end(fault: Fault): void {
    if (over) return;
    over = true;
    stopTimers();
    socket.terminate();
    onEnd(fault);
  }

  function ping(): void {
    if (!answered) {
      end({ code: 'lost', detail: 'no pong' });
      return;
    }
    answered = false;
    socket.ping();
  }

  socket.on('open', () => {
    clearTimeout(deadline);
    deadline = setTimeout(() => end({ code: 'timeout' }), timing.helloMs);
    pinging = setInterval(ping, timing.pingMs);
  });
  socket.on('pong', () => {
    answered = true;
  });
  socket.on('message', (data, binary) => {
    if (over) return;
    const frame = binary ? undefined : parseFrame(String(data));
    if (!greeted) {
      if (frame?.type !== 'hello') return end({ code: 'not-doorstep' });
      const fault = faultOfHello(frame);
      if (fault) return end(fault);
      greeted = true;
      clearTimeout(deadline);
    }
    // A newer hub may send frames that we don't know; they are for newer nodes.
    if (frame) onFrame(frame);
  });
  socket.on('unexpected-response', (_request, response) => {
    readReply(response, (body) => end(faultOfReply(response.statusCode ?? 0, body)));
  });
  socket.on('error', (error) => end(faultOfError(error)));
  socket.on('close', (code) => end(faultOfClose(code)));

  return {
    async close() {
      over = true;
      stopTimers();
      const cut = setTimeout(() => socket.terminate(), timing.closeMs);
      socket.close(1000);
      await gone;
      clearTimeout(cut);
    },
  };
}

/** The first few KB of an HTTP answer as text. */
function readReply(response: IncomingMessage, done: (body: string) => void): void {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    body += text;
    if (body.length > MAX_REPLY_BYTES) response.destroy();
  });
  response.on('error', () => {});
  response.once('close', () => done(body));
}
