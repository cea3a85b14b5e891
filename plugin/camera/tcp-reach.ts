/** Whether somebody takes a TCP connection. Costs far less than starting a program to find out. */
import { connect } from 'node:net';

export interface TcpAddress {
  host: string;
  port: number;
}

/** Resolves, never rejects: true when the connection was taken, and closed again; false on failure, or when the signal aborts. */
export type Reach = (address: TcpAddress, signal: AbortSignal) => Promise<boolean>;

/** Short, since a lost SYN is repeated by the system after a second, and by us soon. */
const TIMEOUT_MS = 1_200;

export const tcpReach: Reach = ({ host, port }, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const socket = connect({ host, port });
    const done = (reached: boolean) => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      resolve(reached);
    };
    const abort = () => done(false);
    signal.addEventListener('abort', abort, { once: true });
    socket.setTimeout(TIMEOUT_MS, () => done(false));
    socket.once('connect', () => done(true));
    // Stays: a late error of a destroyed socket must not throw.
    socket.on('error', () => done(false));
  });
