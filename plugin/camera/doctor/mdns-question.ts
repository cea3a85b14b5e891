/** Asks the network by multicast DNS (RFC 6762) for HomeKit accessories, as a phone does. */
import { createSocket } from 'node:dgram';
import { type Clock, sleep } from '../../system/clock.ts';
import { reason } from '../../system/problem.ts';
import type { MdnsFacts } from './facts.ts';

const GROUP = '224.0.0.251';
const PORT = 5353;
const WAIT_MS = 2500;
const SERVICE = ['_hap', '_tcp', 'local'];

/**
 * One question through each address. A question from another port than 5353 is answered to its sender alone (section 6.7), so no
 * responder of this machine is disturbed. Never rejects.
 */
export async function askMdns(
  addresses: readonly string[],
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Pick<MdnsFacts, 'answered' | 'failure'>> {
  const over = new AbortController();
  const asked = addresses.map((address) => askThrough(address, over));
  await sleep(clock, WAIT_MS, AbortSignal.any([signal, over.signal]));
  over.abort();
  const answers = await Promise.all(asked);
  const failure = answers.every((answer) => answer.failure !== undefined) ? answers[0]?.failure : undefined;
  return failure === undefined ? { answered: answers.some(({ answered }) => answered) } : { failure };
}

/** Until `over`, which the first answer to any brings about. */
function askThrough(
  address: string,
  over: AbortController,
): Promise<{ answered: boolean; failure?: string }> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    let result: { answered: boolean; failure?: string } = { answered: false };
    const fail = (error: unknown) => {
      result = { answered: false, failure: reason(error) };
      finish();
    };
    const finish = () => {
      over.signal.removeEventListener('abort', finish);
      socket.removeAllListeners().on('error', () => {});
      socket.close();
      resolve(result);
    };
    socket.once('error', fail);
    socket.on('message', (message) => {
      // A response with at least one answer.
      if (message.length < 12 || (message.readUInt8(2) & 0x80) === 0 || message.readUInt16BE(6) === 0) return;
      result = { answered: true };
      over.abort();
    });
    over.signal.addEventListener('abort', finish, { once: true });
    socket.bind({ address, port: 0 }, () => {
      try {
        socket.setMulticastInterface(address);
        socket.send(question(), PORT, GROUP, (error) => error && !over.signal.aborted && fail(error));
      } catch (error) {
        fail(error);
      }
    });
  });
}

/** RFC 1035, 4.1: a header with one question, its name, PTR, IN. */
function question(): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(1, 4);
  const name = SERVICE.map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([header, ...name, Buffer.from([0, 0, 12, 0, 1])]);
}
