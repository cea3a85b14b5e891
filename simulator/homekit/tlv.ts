/** HomeKit's type-length-value format (HAP specification, 14.1): values longer than 255 bytes come in several pieces. */

export type TlvItem = readonly [type: number, value: Buffer | number | string];

export function encodeTlv(...items: TlvItem[]): Buffer {
  return Buffer.concat(
    items.flatMap(([type, value]) => {
      const bytes = typeof value === 'number' ? Buffer.of(value) : Buffer.from(value as string | Buffer);
      const pieces: Buffer[] = [];
      for (let at = 0; at === 0 || at < bytes.length; at += 255) {
        const piece = bytes.subarray(at, at + 255);
        pieces.push(Buffer.of(type, piece.length), piece);
      }
      return pieces;
    }),
  );
}

export function decodeTlv(data: Buffer): Map<number, Buffer> {
  const values = new Map<number, Buffer>();
  let last = { type: -1, full: false };
  for (let at = 0; at + 2 <= data.length; ) {
    const type = data.readUInt8(at);
    const length = data.readUInt8(at + 1);
    const value = data.subarray(at + 2, at + 2 + length);
    const before = last.type === type && last.full ? values.get(type) : undefined;
    values.set(type, before ? Buffer.concat([before, value]) : value);
    last = { type, full: length === 255 };
    at += 2 + length;
  }
  return values;
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

export function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
