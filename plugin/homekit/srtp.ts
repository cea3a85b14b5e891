/**
 * Outgoing SRTP and SRTCP with AES_CM_128_HMAC_SHA1_80 (RFC 3711), the one suite that HomeKit uses. Here and not in ffmpeg's
 * arguments, so that keys never show in a process list.
 */
import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

const LABEL = { rtp: 0, rtcp: 3 } as const;
const TAG_BYTES = 10;
const RTP_HEADER_BYTES = 12;
const RTCP_CLEAR_BYTES = 8;
const ENCRYPTED_FLAG = 0x8000_0000;

/** What {@link SrtpSender.rtp} adds to a packet, in bytes. */
export const SRTP_OVERHEAD = TAG_BYTES;

export interface MasterKey {
  /** 16 bytes. */
  key: Buffer;
  /** 14 bytes. */
  salt: Buffer;
}

export interface SrtpSender {
  /** Encrypts one RTP packet with a 12-byte header; packets come in order of their sequence number. */
  rtp(packet: Buffer): Buffer;
  /** Encrypts one compound RTCP packet. */
  rtcp(packet: Buffer): Buffer;
}

/** Key objects, because Node prepares a plain buffer anew for each packet, which takes five times as long. */
export interface SessionKeys {
  cipher: KeyObject;
  salt: Buffer;
  auth: KeyObject;
}

/** Section 4.3.1, with a key derivation rate of zero. */
export function deriveSessionKeys(master: MasterKey, kind: 'rtp' | 'rtcp'): SessionKeys {
  if (master.key.length !== 16 || master.salt.length !== 14) {
    throw new RangeError('An SRTP master key has 16 bytes and its salt 14.');
  }
  const derive = (label: number, bytes: number) => {
    const iv = Buffer.alloc(16);
    master.salt.copy(iv);
    iv[7] = (iv[7] ?? 0) ^ label;
    return createCipheriv('aes-128-ctr', master.key, iv).update(Buffer.alloc(bytes));
  };
  const first = LABEL[kind];
  return {
    cipher: createSecretKey(derive(first, 16)),
    auth: createSecretKey(derive(first + 1, 20)),
    salt: derive(first + 2, 14),
  };
}

/** Encrypts with the counter of section 4.1.1: salt, SSRC and packet index. */
export function encrypt(
  keys: Pick<SessionKeys, 'cipher' | 'salt'>,
  ssrc: number,
  index: number,
  plain: Buffer,
): Buffer {
  const iv = Buffer.alloc(16);
  keys.salt.copy(iv);
  iv.writeUInt32BE((iv.readUInt32BE(4) ^ ssrc) >>> 0, 4);
  const mask = Buffer.alloc(6);
  mask.writeUIntBE(index, 0, 6);
  for (const [i, byte] of mask.entries()) iv[8 + i] = (iv[8 + i] ?? 0) ^ byte;
  return createCipheriv('aes-128-ctr', keys.cipher, iv).update(plain);
}

/** One sender per SSRC: the roll-over counter and the RTCP index are its own. */
export function createSrtpSender(master: MasterKey): SrtpSender {
  const rtpKeys = deriveSessionKeys(master, 'rtp');
  const rtcpKeys = deriveSessionKeys(master, 'rtcp');
  let rollovers = 0;
  let lastSequence = 0;
  let rtcpIndex = 0;
  return {
    rtp(packet) {
      const sequence = packet.readUInt16BE(2);
      if (sequence < lastSequence) rollovers++;
      lastSequence = sequence;
      const body = encrypt(
        rtpKeys,
        packet.readUInt32BE(8),
        rollovers * 0x10000 + sequence,
        packet.subarray(RTP_HEADER_BYTES),
      );
      const counter = Buffer.alloc(4);
      counter.writeUInt32BE(rollovers);
      const header = packet.subarray(0, RTP_HEADER_BYTES);
      const tag = createHmac('sha1', rtpKeys.auth).update(header).update(body).update(counter).digest();
      return Buffer.concat([header, body, tag.subarray(0, TAG_BYTES)]);
    },
    rtcp(packet) {
      const index = rtcpIndex++;
      const body = encrypt(rtcpKeys, packet.readUInt32BE(4), index, packet.subarray(RTCP_CLEAR_BYTES));
      const trailer = Buffer.alloc(4);
      trailer.writeUInt32BE((ENCRYPTED_FLAG | index) >>> 0);
      const header = packet.subarray(0, RTCP_CLEAR_BYTES);
      const tag = createHmac('sha1', rtcpKeys.auth).update(header).update(body).update(trailer).digest();
      return Buffer.concat([header, body, trailer, tag.subarray(0, TAG_BYTES)]);
    },
  };
}
