/** Frames of a HomeKit Data Stream (HAP specification R2, 7.3): type, length, then header and message, sealed with ChaCha20-Poly1305. */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { ByteQueue } from '../../plugin/system/byte-queue.ts';
import { type DataDictionary, type DataValue, decodeData, encodeData } from './data-format.ts';

export interface StreamKeys {
  toAccessory: Buffer;
  fromAccessory: Buffer;
}

export interface DataMessage {
  /** `protocol`, and one of `event`, `request`, `response` with `id` and `status`. */
  header: DataDictionary;
  message: DataDictionary;
}

const CIPHER = 'chacha20-poly1305';
const FRAME_TYPE = 1;
const HEAD_BYTES = 4;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** @param secret shared secret of the HAP session; @param salt the controller's, then the accessory's */
export function deriveStreamKeys(secret: Buffer, salt: Buffer): StreamKeys {
  const derive = (info: string) => Buffer.from(hkdfSync('sha512', secret, salt, info, KEY_BYTES));
  // The names say what the accessory's messages are to the controller.
  return {
    fromAccessory: derive('HDS-Read-Encryption-Key'),
    toAccessory: derive('HDS-Write-Encryption-Key'),
  };
}

/** Seals messages, each with the next number as nonce. */
export class FrameSealer {
  readonly #key: Buffer;
  #count = 0n;

  constructor(key: Buffer) {
    this.#key = key;
  }

  seal({ header, message }: DataMessage): Buffer {
    const head = encodeData(header);
    const plain = Buffer.concat([Buffer.of(head.length), head, encodeData(message)]);
    const frame = Buffer.alloc(HEAD_BYTES);
    frame.writeUInt8(FRAME_TYPE);
    frame.writeUIntBE(plain.length, 1, 3);
    const cipher = createCipheriv(CIPHER, this.#key, nonce(this.#count++), { authTagLength: TAG_BYTES });
    cipher.setAAD(frame, { plaintextLength: plain.length });
    return Buffer.concat([frame, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Opens frames that come in any pieces. */
export class FrameOpener {
  readonly #key: Buffer;
  readonly #queue = new ByteQueue();
  #count = 0n;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The messages that are complete now. @throws Error when a frame is not of this stream, or its content no message. */
  *push(chunk: Buffer): Generator<DataMessage> {
    this.#queue.push(chunk);
    while (this.#queue.length >= HEAD_BYTES) {
      const length = this.#queue.peek(1, 3).readUIntBE(0, 3);
      if (this.#queue.length < HEAD_BYTES + length + TAG_BYTES) return;
      const head = this.#queue.take(HEAD_BYTES);
      if (head.readUInt8() !== FRAME_TYPE) throw new Error(`A data stream has no frame type ${head[0]}.`);
      yield messageOf(this.#open(head, this.#queue.take(length), this.#queue.take(TAG_BYTES)));
    }
  }

  #open(head: Buffer, sealed: Buffer, tag: Buffer): Buffer {
    const decipher = createDecipheriv(CIPHER, this.#key, nonce(this.#count++), { authTagLength: TAG_BYTES });
    decipher.setAAD(head, { plaintextLength: sealed.length });
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  }
}

function messageOf(plain: Buffer): DataMessage {
  const split = 1 + plain.readUInt8();
  return {
    header: dictionary(decodeData(plain.subarray(1, split))),
    message: dictionary(decodeData(plain.subarray(split))),
  };
}

/** @throws Error when the value is something else */
export function dictionary(value: DataValue | undefined): DataDictionary {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value))
    return value as DataDictionary;
  throw new Error('A data stream message is no dictionary.');
}

/** Four zero bytes, then the number of the frame. */
function nonce(count: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64LE(count, 4);
  return bytes;
}
