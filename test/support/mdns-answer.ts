/** Answers as responders write them, for the tests of who reads them. */

export interface AnsweredRecord {
  name: string;
  type: number;
  data: Buffer;
  /** Default IN, and nobody else has such a record. */
  class?: number;
}

/** A name, each label in full. */
export function nameBytes(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.of(0)]);
}

export const ptr = (name: string, target: string): AnsweredRecord => ({
  name,
  type: 12,
  data: nameBytes(target),
});
export const srv = (name: string, target: string, port: number): AnsweredRecord => ({
  name,
  type: 33,
  data: Buffer.concat([Buffer.of(0, 0, 0, 0, port >> 8, port & 255), nameBytes(target)]),
});
export const txt = (name: string, ...texts: string[]): AnsweredRecord => ({
  name,
  type: 16,
  data: Buffer.concat(
    texts.map((text) => Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)])),
  ),
});
export const a = (name: string, address: string): AnsweredRecord => ({
  name,
  type: 1,
  data: Buffer.from(address.split('.').map(Number)),
});

/** All that somebody needs to reach one hub. */
export function hubRecords(
  instance: string,
  address: string,
  port: number,
  ...texts: string[]
): AnsweredRecord[] {
  const service = '_doorstep._tcp.local';
  const full = `${instance}.${service}`;
  return [ptr(service, full), srv(full, 'pi.local', port), txt(full, ...texts), a('pi.local', address)];
}

export function answerPacket(records: readonly AnsweredRecord[]): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(0x8400, 2);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([
    header,
    ...records.flatMap(({ name, type, data, class: classOf = 0x8001 }) => {
      const frame = Buffer.alloc(10);
      frame.writeUInt16BE(type, 0);
      frame.writeUInt16BE(classOf, 2);
      frame.writeUInt16BE(data.length, 8);
      return [nameBytes(name), frame, data];
    }),
  ]);
}
