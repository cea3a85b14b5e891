import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSrtpSender } from './srtp.ts';
import { createSrtpReceiver, rtpHeaderBytes } from './srtp-receiver.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

const master = { key: hex('E1F97A0D3E018BE0D64FA32C06DE4139'), salt: hex('0EC675AD498AFEEBB6960B3AABE6') };

function packetAt(sequence: number, ssrc = 7): Buffer {
  const packet = Buffer.alloc(40, 0xab);
  packet.writeUInt16BE(0x806e, 0);
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

describe('incoming SRTP', () => {
  // The reference packet of libsrtp's own test driver, with the key of RFC 3711 B.3.
  it('is opened as libsrtp does', () => {
    const packet = hex(
      '800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402 b78d6acc 99ea179b 8dbb',
    );
    expect(createSrtpReceiver(master).rtp(packet)).toEqual(
      hex(`800f1234 decafbad cafebabe ${'ab'.repeat(16)}`),
    );
  });

  it('is opened across two wraps of the sequence number', () => {
    const sender = createSrtpSender(master);
    const receiver = createSrtpReceiver(master);
    for (let sequence = 65_000; sequence < 65_000 + 140_000; sequence += 100) {
      const packet = packetAt(sequence);
      expect(receiver.rtp(sender.rtp(packet)), `at ${sequence}`).toEqual(packet);
    }
  });

  it('is opened when it comes in another order, also around a wrap, and each packet once', () => {
    const sender = createSrtpSender(master);
    const packets = Array.from({ length: 40 }, (_, index) => packetAt(65_516 + index));
    const sent = packets.map((packet) => sender.rtp(packet));
    const receiver = createSrtpReceiver(master);
    const order = packets.map((_, index) => (index % 4 < 2 ? index + 2 : index - 2));
    for (const index of order) expect(receiver.rtp(sent[index] ?? Buffer.alloc(0))).toEqual(packets[index]);
    for (const index of order) expect(receiver.rtp(sent[index] ?? Buffer.alloc(0))).toBeUndefined();
  });

  it('is refused when it comes too late', () => {
    const sender = createSrtpSender(master);
    const receiver = createSrtpReceiver(master);
    const sent = Array.from({ length: 100 }, (_, index) => sender.rtp(packetAt(index + 1)));
    receiver.rtp(sent[99] ?? Buffer.alloc(0));
    expect(receiver.rtp(sent[35] ?? Buffer.alloc(0))).toBeUndefined();
    expect(receiver.rtp(sent[36] ?? Buffer.alloc(0))).toBeDefined();
  });

  it.each([
    ['its header', 1],
    ['its sequence number', 3],
    ['its source', 11],
    ['what it says', 20],
    ['its tag', 45],
  ])('is refused when somebody changed %s, and does not disturb what follows', (_name, at) => {
    const sender = createSrtpSender(master);
    const receiver = createSrtpReceiver(master);
    receiver.rtp(sender.rtp(packetAt(1)));
    const changed = sender.rtp(packetAt(2));
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(receiver.rtp(changed)).toBeUndefined();
    expect(receiver.rtp(sender.rtp(packetAt(3)))).toEqual(packetAt(3));
  });

  it('knows the sources apart, and forgets the oldest', () => {
    const receiver = createSrtpReceiver(master);
    for (let ssrc = 1; ssrc <= 10; ssrc++) {
      const sent = createSrtpSender(master).rtp(packetAt(5, ssrc));
      expect(receiver.rtp(sent)).toEqual(packetAt(5, ssrc));
      expect(receiver.rtp(sent)).toBeUndefined();
    }
  });

  it('keeps contributing sources and an extension in the clear', () => {
    const header = hex('916e0001 00000001 00000007 0000000b bede0001 11223344');
    expect(rtpHeaderBytes(header)).toBe(24);
    expect(rtpHeaderBytes(header.subarray(0, 22))).toBeUndefined();
    expect(rtpHeaderBytes(hex('8f6e0001 00000001 00000007'))).toBeUndefined();
    expect(rtpHeaderBytes(hex('406e0001 00000001 00000007'))).toBeUndefined();
  });

  it('throws nothing, whatever comes', () => {
    const receiver = createSrtpReceiver(master);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(receiver.rtp(Buffer.from(bytes))).toBeUndefined();
        expect(receiver.rtp(Buffer.concat([Buffer.of(0x9f), Buffer.from(bytes)]))).toBeUndefined();
      }),
    );
  });

  it('refuses keys of a wrong length', () => {
    expect(() => createSrtpReceiver({ key: randomBytes(15), salt: randomBytes(14) })).toThrow(RangeError);
  });
});
