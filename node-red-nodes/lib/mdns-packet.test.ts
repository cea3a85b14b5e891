import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerPacket, hubRecords, nameBytes, ptr, txt } from '../../test/support/mdns-answer.ts';
import { encodeQuestion, readAnswer } from './mdns-packet.ts';

const SERVICE = '_doorstep._tcp.local';
const good = answerPacket(
  hubRecords('Doorstep', '192.168.1.5', 8586, 'version=1.2.3', 'TLS=0', 'tls=1', 'flag', '=x'),
);

test('the question is the one of RFC 6762', () => {
  expect(encodeQuestion(SERVICE).toString('hex')).toBe(
    '000000000001000000000000' +
      '095f646f6f7273746570' +
      '045f746370' +
      '056c6f63616c' +
      '00' +
      '000c' +
      '0001',
  );
});

test('what a hub answers is read', () => {
  expect(readAnswer(good)).toEqual([
    { type: 'PTR', name: SERVICE, target: `Doorstep.${SERVICE}` },
    { type: 'SRV', name: `Doorstep.${SERVICE}`, target: 'pi.local', port: 8586 },
    {
      type: 'TXT',
      name: `Doorstep.${SERVICE}`,
      values: new Map([
        ['version', '1.2.3'],
        ['tls', '0'],
        ['flag', ''],
      ]),
    },
    { type: 'A', name: 'pi.local', address: '192.168.1.5' },
  ]);
});

/** A packet of one PTR record whose target is these bytes, where `0xc0 0x0c` points at the record's own name. */
const pointing = (target: Buffer) => answerPacket([{ ...ptr(SERVICE, 'x'), data: target }]);

test('names that point backwards are followed', () => {
  const target = Buffer.concat([Buffer.of(4), Buffer.from('Hall'), Buffer.of(0xc0, 12)]);
  expect(readAnswer(pointing(target))).toMatchObject([{ target: `Hall.${SERVICE}` }]);
});

test('a dot within a name is told from one between labels', () => {
  const target = Buffer.concat([Buffer.of(5), Buffer.from('No. 2'), Buffer.of(0xc0, 12)]);
  expect(readAnswer(pointing(target))).toMatchObject([{ target: `No\\. 2.${SERVICE}` }]);
});

describe('what is malformed is not followed', () => {
  const at = good.length;
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['half a header', good.subarray(0, 7)],
    ['a question', encodeQuestion(SERVICE)],
    ['a packet that is larger than any', Buffer.concat([good, Buffer.alloc(9001 - at)])],
    ['a name that points at itself', pointing(Buffer.of(0xc0, 12 + SERVICE.length + 2 + 10))],
    ['a name that points forwards', pointing(Buffer.of(0xc0, 0xff))],
    ['a name that never ends', pointing(nameBytes('x'.repeat(60)).subarray(0, -1))],
    ['a name longer than names may be', pointing(nameBytes(Array(6).fill('x'.repeat(60)).join('.')))],
    ['a label of a kind that there is not', pointing(Buffer.of(0x80, 1, 0))],
    ['a record of another class', answerPacket([{ ...ptr(SERVICE, 'x'), class: 3 }])],
    ['an address of five bytes', answerPacket([{ name: 'pi.local', type: 1, data: Buffer.alloc(5) }])],
  ])('%s', (_what, packet) => expect(readAnswer(packet)).toEqual([]));

  test('a packet that is cut gives what came before', () => {
    expect(readAnswer(good.subarray(0, -1)).map(({ type }) => type)).toEqual(['PTR', 'SRV', 'TXT']);
  });

  test('no packet holds more than 128 records that are read', () => {
    const many = Array.from({ length: 200 }, () => txt('x'));
    expect(readAnswer(answerPacket(many))).toHaveLength(128);
  });
});

test('no bytes whatever make it throw, nor take long', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 9100 }), (bytes) => void readAnswer(Buffer.from(bytes))));
  const changed = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(changed, { maxLength: 12 }), (changes) => {
      const packet = Buffer.from(good);
      for (const { at, byte } of changes) packet[at] = byte;
      // A good header, so that all that follows is looked at.
      packet.set(good.subarray(0, 12));
      expect(readAnswer(packet).length).toBeLessThanOrEqual(4);
    }),
    { numRuns: 2000 },
  );
});
