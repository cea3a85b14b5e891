/** Numbers the packets of one outgoing RTP stream (RFC 3550, section 5.1). */
import { randomInt } from 'node:crypto';

export interface RtpPacketsOptions {
  payloadType: number;
  /** The camera may name the one that it expects; drawn at random otherwise. */
  ssrc?: number | undefined;
}

/** Makes the packets: a payload, how many ticks of the RTP clock it lasts, and the marker. */
export function createRtpPackets({ payloadType, ssrc = randomInt(0x1_0000_0000) }: RtpPacketsOptions) {
  let sequence = randomInt(0x8000);
  let timestamp = randomInt(0x1_0000_0000);
  return (payload: Buffer, ticks: number, marker: boolean): Buffer => {
    const packet = Buffer.alloc(12 + payload.length);
    packet[0] = 0x80;
    packet[1] = (marker ? 0x80 : 0) | payloadType;
    packet.writeUInt16BE(sequence, 2);
    packet.writeUInt32BE(timestamp, 4);
    packet.writeUInt32BE(ssrc >>> 0, 8);
    payload.copy(packet, 12);
    sequence = (sequence + 1) & 0xffff;
    timestamp = (timestamp + ticks) >>> 0;
    return packet;
  };
}
