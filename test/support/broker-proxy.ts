/** A way to a broker on loopback, which can be broken. */
import { createServer, connect as dial, type Socket } from 'node:net';

export interface BrokerProxy extends AsyncDisposable {
  readonly url: string;
  /** From now on nothing goes through the connections that are open, and neither end learns of it. */
  silence(): void;
  /** Ends the connections that are open; new ones go through. */
  cut(): void;
}

/** @param url that of the broker, as `mqtt://127.0.0.1:1883` */
export async function proxyTo(url: string): Promise<BrokerProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const proxy = createServer((socket) => {
    const onward = dial({ host: '127.0.0.1', port: Number(new URL(url).port) });
    pairs.add([socket, onward]);
    for (const [end, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      end.pipe(other);
      end.on('error', () => other.destroy());
    }
  });
  const port = await new Promise<number>((resolve) => {
    proxy.listen(0, '127.0.0.1', () => resolve((proxy.address() as { port: number }).port));
  });
  const cut = () => {
    for (const end of [...pairs].flat()) end.destroy();
    pairs.clear();
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    silence() {
      for (const [end, other] of [...pairs].flatMap(([a, b]) => [[a, b] as const, [b, a] as const]))
        end.unpipe(other).resume();
    },
    cut,
    async [Symbol.asyncDispose]() {
      proxy.close();
      cut();
    },
  };
}
