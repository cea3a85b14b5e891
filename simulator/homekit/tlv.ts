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

/** All values, in their order; where a type comes again, an empty value of type 0 stands between. */
export function tlvItems(data: Buffer): [type: number, value: Buffer][] {
  const items: [number, Buffer][] = [];
  let full = false;
  for (let at = 0; at + 2 <= data.length; ) {
    const type = data.readUInt8(at);
    const length = data.readUInt8(at + 1);
    const value = data.subarray(at + 2, at + 2 + length);
    const last = items.at(-1);
    if (last && full && last[0] === type) last[1] = Buffer.concat([last[1], value]);
    else items.push([type, value]);
    full = length === 255;
    at += 2 + length;
  }
  return items;
}

/** The values by type; of those that come more than once, the last. */
export function decodeTlv(data: Buffer): Map<number, Buffer> {
  return new Map(tlvItems(data));
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
