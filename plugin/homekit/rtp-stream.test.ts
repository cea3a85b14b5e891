import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { createRtpStream } from './rtp-stream.ts';

/** Hands packets through, so that a test can read them. */
const clear = { rtp: (packet: Buffer) => packet, rtcp: (packet: Buffer) => packet };

function start() {
  const clock = new ManualClock(1_790_000_000_500);
  const sent: Buffer[] = [];
  const stream = createRtpStream({
    ...{ ssrc: 0xcafebabe, payloadType: 99, clockRate: 90_000, cname: 'porch', clock, srtp: clear },
    startedAt: clock.now(),
    reportEveryMs: 500,
    transmit: (packet) => sent.push(packet),
  });
  const isReport = (packet: Buffer) => packet[1] === 200;
  return {
    clock,
    stream,
    packets: () => sent.filter((packet) => !isReport(packet)),
    reports: () => sent.filter(isReport),
  };
}

describe('an RTP stream', () => {
  it('numbers its packets and marks the last of a picture', () => {
    const { stream, packets } = start();
    stream.send(Buffer.from('one'), 0, false);
    stream.send(Buffer.from('two'), 0, true);
    const [first, second] = packets();
    if (!first || !second) throw new Error('Nothing was sent.');
    expect(first.readUInt8(0)).toBe(0x80);
    expect([first, second].map((packet) => packet.readUInt8(1))).toEqual([99, 0x80 | 99]);
    expect(second.readUInt16BE(2)).toBe((first.readUInt16BE(2) + 1) & 0xffff);
    expect(first.readUInt16BE(2)).toBeLessThan(0x8000);
    expect(first.readUInt32BE(8)).toBe(0xcafebabe);
    expect(second.subarray(12).toString()).toBe('two');
  });

  it('counts time in ticks of its clock, also before zero', () => {
    const { stream, packets } = start();
    for (const seconds of [-0.1, 0, 2]) stream.send(Buffer.alloc(1), seconds, true);
    const [before = 0, zero = 0, later = 0] = packets().map((packet) => packet.readUInt32BE(4));
    expect((zero - before) >>> 0).toBe(9000);
    expect((later - zero) >>> 0).toBe(180_000);
  });

  it('reports with the first packet, then once an interval', () => {
    const { clock, stream, packets, reports } = start();
    stream.send(Buffer.alloc(100), 0, true);
    stream.send(Buffer.alloc(100), 0, true);
    expect(reports()).toHaveLength(1);
    clock.advance(500);
    stream.send(Buffer.alloc(50), 0.5, true);
    expect(reports()).toHaveLength(2);
    const [, report] = reports();
    const [, , third] = packets();
    expect(report?.readUInt32BE(8)).toBe((1_790_000_001 + 2_208_988_800) >>> 0);
    expect(report?.readUInt32BE(12)).toBe(0);
    // Now is what this packet shows.
    expect(report?.readUInt32BE(16)).toBe(third?.readUInt32BE(4));
    expect(report?.readUInt32BE(20)).toBe(3);
    expect(report?.readUInt32BE(24)).toBe(250);
    expect(report?.subarray(28).toString('latin1')).toContain('porch');
    expect((report?.length ?? 1) % 4).toBe(0);
  });
});
