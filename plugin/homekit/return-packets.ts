/** What a viewer sends to the port of the sound: RTCP, and speech in RTP. */
import { rtpHeaderBytes } from './srtp-receiver.ts';

export interface ReturnPacket {
  payloadType: number;
  sequence: number;
  payload: Buffer;
}

/** Both share the port: packet types 192 to 223 are RTCP (RFC 5761, section 4). Encryption leaves this byte as it is. */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return packet.length >= 8 && type >= 192 && type <= 223;
}

/** Reads a decrypted packet, without its padding; undefined when it cannot be read. */
export function readReturnPacket(packet: Buffer): ReturnPacket | undefined {
  const start = rtpHeaderBytes(packet);
  if (start === undefined) return undefined;
  const padding = packet.readUInt8(0) & 0x20 ? (packet.at(-1) ?? 0) : 0;
  if (start + padding > packet.length) return undefined;
  return {
    payloadType: packet.readUInt8(1) & 0x7f,
    sequence: packet.readUInt16BE(2),
    payload: packet.subarray(start, packet.length - padding),
  };
}

/** Packets that may come before one that is missing, until it counts as lost: 60 ms of speech. */
const PATIENCE = 3;
/** A jump that is no reordering: the sender has begun anew. */
const MAX_JUMP = 200;

/** Puts packets into the order of their sequence numbers. Nothing waits unless something is missing. */
export class ReturnOrder {
  #next: number | undefined;
  readonly #waiting = new Map<number, Buffer>();

  /** What can be decoded now, in order; late and repeated packets are left out. */
  push(sequence: number, payload: Buffer): Buffer[] {
    const ahead = this.#next === undefined ? 0 : ((sequence - this.#next) << 16) >> 16;
    if (this.#next === undefined || Math.abs(ahead) > MAX_JUMP) {
      this.#waiting.clear();
      this.#next = sequence;
    } else if (ahead < 0) return [];
    this.#waiting.set(sequence, payload);
    const ready = this.#takeRow();
    if (this.#waiting.size < PATIENCE) return ready;
    // The missing one is given up: on to the nearest that has come.
    const from = this.#next;
    const distance = (candidate: number) => (candidate - from) & 0xffff;
    this.#next = [...this.#waiting.keys()].reduce((a, b) => (distance(a) <= distance(b) ? a : b));
    return [...ready, ...this.#takeRow()];
  }

  #takeRow(): Buffer[] {
    const row: Buffer[] = [];
    for (;;) {
      const next: number = this.#next ?? 0;
      const payload = this.#waiting.get(next);
      if (!payload) return row;
      this.#waiting.delete(next);
      row.push(payload);
      this.#next = (next + 1) & 0xffff;
    }
  }
}
