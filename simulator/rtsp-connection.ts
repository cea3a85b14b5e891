import type { Socket } from 'node:net';
import {
  formatResponse,
  type InterleavedPacket,
  RtspReader,
  type RtspRequest,
  RtspSyntaxError,
} from './rtsp-message.ts';

/** An answer to one request. */
export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Runs once the answer is written. */
  afterwards?: () => void;
}

export interface ConnectionHandlers {
  /** Added to each answer, such as `Server` and `Date`. */
  commonHeaders(): Readonly<Record<string, string>>;
  onRequest(request: RtspRequest): Answer;
  onPacket(packet: InterleavedPacket): void;
  onClose(): void;
}

/** Reads requests and packets from a socket and writes the answers; bytes that are no RTSP end the connection with 400. */
export function serveConnection(socket: Socket, handlers: ConnectionHandlers): void {
  const reader = new RtspReader();
  const respond = (cseq: string | undefined, { status, headers, body, afterwards }: Answer) => {
    if (!socket.writable) return;
    const all = { ...(cseq !== undefined && { CSeq: cseq }), ...handlers.commonHeaders(), ...headers };
    socket.write(formatResponse(status, all, body));
    afterwards?.();
  };
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('close', handlers.onClose);
  socket.on('data', (chunk) => {
    try {
      for (const item of reader.push(chunk)) {
        if (item.type === 'interleaved') handlers.onPacket(item);
        else if (item.type === 'request') respond(item.headers.get('cseq'), handlers.onRequest(item));
      }
    } catch (error) {
      if (!(error instanceof RtspSyntaxError)) throw error;
      respond(undefined, { status: 400 });
      socket.destroySoon();
      socket.removeAllListeners('data');
    }
  });
}
