/** Building MP4 boxes (ISO/IEC 14496-12, section 4.2). */

export function box(type: string, ...parts: Buffer[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([boxHeader(type, size), ...parts]);
}

/** What stands before a body of so many bytes. */
export function boxHeader(type: string, size: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + size);
  header.write(type, 4, 'latin1');
  return header;
}

export function fullBox(type: string, version: number, flags: number, ...parts: Buffer[]): Buffer {
  return box(type, u32(((version << 24) | flags) >>> 0), ...parts);
}

export function u32(...values: number[]): Buffer {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    data.writeUInt32BE(value >>> 0, 4 * index);
  });
  return data;
}

export function u64(value: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeBigUInt64BE(BigInt(value));
  return data;
}
