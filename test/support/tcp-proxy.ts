/** A way to a server on loopback, which can be broken. */
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** How many connections are open. */
  readonly open: number;
  /** From now on nothing goes through the connections that are open, and neither end learns of it. */
  silence(): void;
  /** The server takes nothing more from the connections that are open, until `go` is called. */
  stall(): { go(): void };
  /** Ends the connections that are open; new ones go through. */
  cut(): void;
  /** Where new connections go. */
  aim(port: number): void;
}

/** @param target port of the server */
export async function proxyTo(target: number): Promise<TcpProxy> {
  let aimed = target;
  const pairs = new Set<readonly [Socket, Socket]>();
  const proxy = createServer((socket) => {
    const onward = dial({ host: '127.0.0.1', port: aimed });
    const pair = [socket, onward] as const;
    pairs.add(pair);
    for (const [end, other] of [pair, pair.toReversed() as [Socket, Socket]]) {
      end.pipe(other);
      end.on('error', () => other.destroy());
      end.on('close', () => pairs.delete(pair));
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const cut = () => {
    for (const end of [...pairs].flat()) end.destroy();
    pairs.clear();
  };
  return {
    port: (proxy.address() as AddressInfo).port,
    get open() {
      return pairs.size;
    },
    silence() {
      for (const [end, other] of [...pairs].flatMap(([a, b]) => [[a, b] as const, [b, a] as const]))
        end.unpipe(other).resume();
    },
    stall() {
      const held = [...pairs];
      // What is neither piped nor resumed is not read, and the sender has to wait.
      for (const [socket, onward] of held) socket.unpipe(onward).pause();
      return {
        go() {
          for (const [socket, onward] of held) socket.pipe(onward);
        },
      };
    },
    cut,
    aim(port) {
      aimed = port;
    },
    async [Symbol.asyncDispose]() {
      proxy.close();
      cut();
    },
  };
}
