import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { openRtpSocket } from './rtp-socket.ts';

/** Some containers have no IPv6 at all. */
const here = Object.values(networkInterfaces()).flatMap((addresses) =>
  addresses?.map(({ address }) => address),
);
const FAMILIES = [
  { family: 'ipv4', type: 'udp4', address: '127.0.0.1' },
  { family: 'ipv6', type: 'udp6', address: '::1' },
] as const;

describe('an RTP socket', () => {
  it.each(FAMILIES.filter(({ address }) => here.includes(address)))(
    'sends from the port that was named, and hears the answer ($family)',
    async ({ family, type, address }) => {
      const viewer = createSocket(type);
      viewer.bind(0, address);
      await once(viewer, 'listening');
      const socket = await openRtpSocket({ family, address, port: viewer.address().port });
      const answered = new Promise<string>((resolve) => socket.onPacket((data) => resolve(data.toString())));
      socket.send(Buffer.from('picture'));
      const [packet, from] = (await once(viewer, 'message')) as [Buffer, { port: number }];
      expect(packet.toString()).toBe('picture');
      expect(from.port).toBe(socket.port);
      viewer.send('report', from.port, address);
      expect(await answered).toBe('report');
      await socket[Symbol.asyncDispose]();
      await socket[Symbol.asyncDispose]();
      // A late picture is no error.
      socket.send(Buffer.from('late'));
      viewer.close();
    },
  );
});
