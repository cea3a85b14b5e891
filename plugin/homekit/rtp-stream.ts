/** One outgoing RTP stream with its sender reports (RFC 3550). */
import { randomInt } from 'node:crypto';
import type { Clock } from '../system/clock.ts';
import type { SrtpSender } from './srtp.ts';

const HEADER_BYTES = 12;
const NTP_EPOCH_SECONDS = 2_208_988_800;
const RTCP = { senderReport: 200, sourceDescription: 202 } as const;
const CNAME = 1;

export interface RtpStreamOptions {
  ssrc: number;
  payloadType: number;
  /** Ticks a second of the RTP timestamps. */
  clockRate: number;
  /** Epoch ms of session time zero. */
  startedAt: number;
  /** Shortest time between two sender reports, in ms. */
  reportEveryMs: number;
  /** The same for all streams of a session, so that the viewer can hold sound and picture together. */
  cname: string;
  srtp: SrtpSender;
  clock: Clock;
  /** Takes one packet, ready for the network. */
  transmit: (packet: Buffer) => void;
}

export interface RtpStream {
  /** Sends one payload. `seconds` is session time, `marker` marks the last packet of a picture. */
  send(payload: Buffer, seconds: number, marker: boolean): void;
}

/** Sender reports go out with the packets, so a stream without media sends nothing and needs no timer. */
export function createRtpStream(options: RtpStreamOptions): RtpStream {
  const { ssrc, payloadType, clockRate, startedAt, reportEveryMs, cname, srtp, clock, transmit } = options;
  // Below 2^15, so that a receiver which misses the first packets still guesses the roll-over counter (RFC 3711, 3.3.1).
  let sequence = randomInt(0x8000);
  const firstTimestamp = randomInt(0x1_0000_0000);
  let packets = 0;
  let octets = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  const timestamp = (seconds: number) => (firstTimestamp + Math.round(seconds * clockRate)) >>> 0;

  const report = () => {
    const now = clock.now();
    const rtpNow = timestamp((now - startedAt) / 1000);
    transmit(
      srtp.rtcp(
        Buffer.concat([senderReport({ ssrc, now, rtpNow, packets, octets }), description(ssrc, cname)]),
      ),
    );
  };

  return {
    send(payload, seconds, marker) {
      const header = Buffer.alloc(HEADER_BYTES);
      header[0] = 0x80;
      header[1] = (marker ? 0x80 : 0) | payloadType;
      header.writeUInt16BE(sequence, 2);
      header.writeUInt32BE(timestamp(seconds), 4);
      header.writeUInt32BE(ssrc >>> 0, 8);
      sequence = (sequence + 1) & 0xffff;
      transmit(srtp.rtp(Buffer.concat([header, payload])));
      packets++;
      octets += payload.length;
      const time = clock.monotonic();
      if (time - reportedAt >= reportEveryMs) {
        reportedAt = time;
        report();
      }
    },
  };
}

interface ReportFacts {
  ssrc: number;
  now: number;
  rtpNow: number;
  packets: number;
  octets: number;
}

/** RFC 3550, 6.4.1, without report blocks. */
function senderReport({ ssrc, now, rtpNow, packets, octets }: ReportFacts): Buffer {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = RTCP.senderReport;
  report.writeUInt16BE(report.length / 4 - 1, 2);
  report.writeUInt32BE(ssrc >>> 0, 4);
  report.writeUInt32BE((Math.floor(now / 1000) + NTP_EPOCH_SECONDS) >>> 0, 8);
  report.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 0x1_0000_0000) >>> 0, 12);
  report.writeUInt32BE(rtpNow, 16);
  report.writeUInt32BE(packets >>> 0, 20);
  report.writeUInt32BE(octets >>> 0, 24);
  return report;
}

/** RFC 3550, 6.5: every compound packet names its source. */
function description(ssrc: number, cname: string): Buffer {
  const text = Buffer.from(cname, 'utf8').subarray(0, 255);
  // Item header, text, and at least one zero byte, up to the next multiple of four.
  const packet = Buffer.alloc(8 + Math.ceil((2 + text.length + 1) / 4) * 4);
  packet[0] = 0x81;
  packet[1] = RTCP.sourceDescription;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(ssrc >>> 0, 4);
  packet[8] = CNAME;
  packet[9] = text.length;
  text.copy(packet, 10);
  return packet;
}
