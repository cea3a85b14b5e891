/**
 * As much of multicast DNS (RFC 1035, 6762, 6763) as one question and its answers need. Anybody in the network can send such a packet, so
 * reading one never throws, follows pointers backwards only, and stops after a bounded amount of work.
 */

export type MdnsRecord =
  | { type: 'PTR'; name: string; target: string }
  | { type: 'SRV'; name: string; target: string; port: number }
  /** `key=value`, keys in lower case; the first of two with one key counts. */
  | { type: 'TXT'; name: string; values: ReadonlyMap<string, string> }
  | { type: 'A'; name: string; address: string };

const TYPES = { A: 1, PTR: 12, TXT: 16, SRV: 33 } as const;
const CLASS_IN = 1;
/** In an answer it says that the record is the only one; not part of the class. */
const CACHE_FLUSH = 0x8000;
/** RFC 6762, 17. */
const MOST_BYTES = 9000;
const MOST_RECORDS = 128;
const MOST_NAME = 255;
const RESPONSE = 0x8000;

/** One question for the instances of a service: `_doorstep._tcp.local`. Each label has at most 63 bytes. */
export function encodeQuestion(service: string): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(1, 4);
  const labels = service.split('.').map((label) => {
    const bytes = Buffer.from(label);
    return Buffer.concat([Buffer.of(bytes.length), bytes]);
  });
  const tail = Buffer.alloc(5);
  tail.writeUInt16BE(TYPES.PTR, 1);
  tail.writeUInt16BE(CLASS_IN, 3);
  return Buffer.concat([header, ...labels, tail]);
}

/** The records of an answer that are of use here, in their order; none of what is no answer. What is cut short ends the reading. */
export function readAnswer(packet: Buffer): MdnsRecord[] {
  const found: MdnsRecord[] = [];
  if (packet.length < 12 || packet.length > MOST_BYTES) return found;
  if ((packet.readUInt16BE(2) & RESPONSE) === 0) return found;
  const questions = packet.readUInt16BE(4);
  const records = packet.readUInt16BE(6) + packet.readUInt16BE(8) + packet.readUInt16BE(10);
  let at: number | undefined = 12;
  for (let count = 0; count < Math.min(questions, MOST_RECORDS); count += 1) {
    at = readName(packet, at)?.end;
    if (at === undefined) return found;
    at += 4;
  }
  for (let count = 0; count < Math.min(records, MOST_RECORDS); count += 1) {
    const read = readRecord(packet, at);
    if (!read) return found;
    if (read.record) found.push(read.record);
    at = read.end;
  }
  return found;
}

/** Undefined where the packet ends before its record. */
function readRecord(packet: Buffer, at: number): { record: MdnsRecord | undefined; end: number } | undefined {
  const owner = readName(packet, at);
  if (!owner || owner.end + 10 > packet.length) return undefined;
  const type = packet.readUInt16BE(owner.end);
  const classOf = packet.readUInt16BE(owner.end + 2) & ~CACHE_FLUSH;
  const begin = owner.end + 10;
  const end = begin + packet.readUInt16BE(owner.end + 8);
  if (end > packet.length) return undefined;
  const record = classOf === CLASS_IN ? readData(packet, { type, name: owner.name, begin, end }) : undefined;
  return { record, end };
}

interface RecordFrame {
  type: number;
  name: string;
  begin: number;
  end: number;
}

function readData(packet: Buffer, { type, name, begin, end }: RecordFrame): MdnsRecord | undefined {
  const size = end - begin;
  if (type === TYPES.A && size === 4) {
    return { type: 'A', name, address: packet.subarray(begin, end).join('.') };
  }
  if (type === TYPES.PTR) {
    const target = readName(packet, begin);
    return target && { type: 'PTR', name, target: target.name };
  }
  if (type === TYPES.SRV && size > 6) {
    const target = readName(packet, begin + 6);
    return target && { type: 'SRV', name, target: target.name, port: packet.readUInt16BE(begin + 4) };
  }
  if (type === TYPES.TXT) return { type: 'TXT', name, values: readTexts(packet.subarray(begin, end)) };
  return undefined;
}

function readTexts(data: Buffer): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let at = 0; at < data.length; ) {
    const length = data[at] ?? 0;
    const text = data.toString('utf8', at + 1, at + 1 + length);
    at += 1 + length;
    const [, key = '', value = ''] = /^([^=]+)=?(.*)$/s.exec(text) ?? [];
    if (key && !values.has(key.toLowerCase())) values.set(key.toLowerCase(), value);
  }
  return values;
}

/** A name with its labels joined by dots, and where what follows it begins. A dot within a label is written as `\.`. */
function readName(packet: Buffer, start: number): { name: string; end: number } | undefined {
  const labels: string[] = [];
  let length = 0;
  let end: number | undefined;
  let at = start;
  /** Each pointer must lead before the last one, so there is no way round. */
  let before = start;
  for (;;) {
    const size = packet[at];
    if (size === undefined) return undefined;
    if (size === 0) return { name: labels.join('.'), end: end ?? at + 1 };
    if ((size & 0xc0) === 0xc0) {
      if (at + 1 >= packet.length) return undefined;
      const target = packet.readUInt16BE(at) & 0x3fff;
      if (target >= before) return undefined;
      end ??= at + 2;
      before = target;
      at = target;
      continue;
    }
    length += size + 1;
    if (size > 63 || length > MOST_NAME || at + 1 + size > packet.length) return undefined;
    labels.push(packet.toString('utf8', at + 1, at + 1 + size).replace(/[.\\]/g, '\\$&'));
    at += 1 + size;
  }
}
