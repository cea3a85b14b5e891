/** The few fields of RTP and RTCP packets that a relay needs (RFC 3550, sections 5.1 and 6.4.1). */

const SENDER_REPORT = 200;

export interface RtpPosition {
  /** 0 to 65535. */
  seq: number;
  /** In ticks of the track's clock, 0 to 2^32 - 1. */
  timestamp: number;
}

/** Where an RTP packet stands in its track; undefined for what is too short or not version 2. */
export function rtpPosition(packet: Buffer): RtpPosition | undefined {
  if (packet.length < 12 || packet.readUInt8(0) >> 6 !== 2) return undefined;
  return { seq: packet.readUInt16BE(2), timestamp: packet.readUInt32BE(4) };
}

export interface SenderReport {
  /** Wall clock of the sender, in seconds since 1900. */
  seconds: number;
  /** The same instant on the track's clock. */
  timestamp: number;
}

/** The sender report that an RTCP packet begins with; undefined when it begins with something else. */
export function senderReport(packet: Buffer): SenderReport | undefined {
  if (packet.length < 28 || packet.readUInt8(1) !== SENDER_REPORT) return undefined;
  return { seconds: Number(packet.readBigUInt64BE(8)) / 2 ** 32, timestamp: packet.readUInt32BE(16) };
}

/** A copy of an RTCP packet whose sender reports tell a time that is `ms` later (or earlier); other packets stay as they are. */
export function shiftSenderReport(packet: Buffer, ms: number): Buffer {
  if (ms === 0 || packet.length < 28 || packet.readUInt8(1) !== SENDER_REPORT) return packet;
  const shifted = Buffer.from(packet);
  const ntp = packet.readBigUInt64BE(8) + (BigInt(Math.round(ms)) << 32n) / 1000n;
  shifted.writeBigUInt64BE(BigInt.asUintN(64, ntp), 8);
  return shifted;
}
