/** Incoming SRTP with AES_CM_128_HMAC_SHA1_80 (RFC 3711): what a viewer says. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveSessionKeys, encrypt, type MasterKey, type SessionKeys } from './srtp.ts';

const TAG_BYTES = 10;
const WINDOW = 64n;
/** A viewer has one source; more are kept for one that begins anew. */
const MAX_SOURCES = 4;

export interface SrtpReceiver {
  /** The RTP packet within; undefined for what is no RTP, was changed on the way, comes again or much too late. */
  rtp(packet: Buffer): Buffer | undefined;
}

/** What is known of one SSRC. */
interface Source {
  /** Highest packet index so far: roll-over counter and sequence number. */
  highest: number;
  /** Bit n says that packet `highest - n` has come. */
  seen: bigint;
}

export function createSrtpReceiver(master: MasterKey): SrtpReceiver {
  const keys = deriveSessionKeys(master, 'rtp');
  const sources = new Map<number, Source>();
  return {
    rtp(packet) {
      const headerBytes = rtpHeaderBytes(packet);
      if (headerBytes === undefined || packet.length < headerBytes + TAG_BYTES) return undefined;
      const ssrc = packet.readUInt32BE(8);
      const source = sources.get(ssrc);
      const index = packetIndex(packet.readUInt16BE(2), source?.highest);
      if (index < 0 || (source && isReplay(source, index))) return undefined;
      const body = packet.subarray(0, -TAG_BYTES);
      if (!isAuthentic(keys, body, index, packet.subarray(-TAG_BYTES))) return undefined;
      sources.delete(ssrc);
      sources.set(ssrc, noted(source, index));
      const oldest = sources.keys().next().value;
      if (sources.size > MAX_SOURCES && oldest !== undefined) sources.delete(oldest);
      return Buffer.concat([
        body.subarray(0, headerBytes),
        encrypt(keys, ssrc, index, body.subarray(headerBytes)),
      ]);
    },
  };
}

/** Fixed header, contributing sources and extension (RFC 3550, 5.1); undefined for what is no RTP. */
export function rtpHeaderBytes(packet: Buffer): number | undefined {
  if (packet.length < 12 || packet.readUInt8(0) >> 6 !== 2) return undefined;
  const first = packet.readUInt8(0);
  const fixed = 12 + 4 * (first & 0x0f);
  if ((first & 0x10) === 0) return packet.length >= fixed ? fixed : undefined;
  if (packet.length < fixed + 4) return undefined;
  const whole = fixed + 4 + 4 * packet.readUInt16BE(fixed + 2);
  return packet.length >= whole ? whole : undefined;
}

/** Guesses the roll-over counter: of the possible indices the one nearest to the highest so far (section 3.3.1). */
function packetIndex(sequence: number, highest: number | undefined): number {
  if (highest === undefined) return sequence;
  const rollovers = Math.floor(highest / 0x10000);
  const last = highest % 0x10000;
  if (last < 0x8000) return (sequence - last > 0x8000 ? rollovers - 1 : rollovers) * 0x10000 + sequence;
  return (last - 0x8000 > sequence ? rollovers + 1 : rollovers) * 0x10000 + sequence;
}

/** Section 3.3.2. */
function isReplay({ highest, seen }: Source, index: number): boolean {
  const age = BigInt(highest - index);
  return age >= WINDOW || (age >= 0n && ((seen >> age) & 1n) === 1n);
}

function noted(source: Source | undefined, index: number): Source {
  if (!source) return { highest: index, seen: 1n };
  const { highest, seen } = source;
  if (index <= highest) return { highest, seen: seen | (1n << BigInt(highest - index)) };
  return { highest: index, seen: BigInt.asUintN(Number(WINDOW), (seen << BigInt(index - highest)) | 1n) };
}

/** Section 4.2. */
function isAuthentic({ auth }: SessionKeys, body: Buffer, index: number, tag: Buffer): boolean {
  const rollovers = Buffer.alloc(4);
  rollovers.writeUInt32BE(Math.floor(index / 0x10000) >>> 0);
  const expected = createHmac('sha1', auth).update(body).update(rollovers).digest();
  return timingSafeEqual(expected.subarray(0, TAG_BYTES), tag);
}
