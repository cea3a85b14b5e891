import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSrtpSender, deriveSessionKeys, encrypt } from './srtp.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

const master = { key: hex('E1F97A0D3E018BE0D64FA32C06DE4139'), salt: hex('0EC675AD498AFEEBB6960B3AABE6') };

describe('SRTP', () => {
  it('derives the session keys of RFC 3711 B.3', () => {
    const keys = deriveSessionKeys(master, 'rtp');
    expect(keys.cipher.export()).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(keys.salt).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
    expect(keys.auth.export()).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'));
  });

  it('makes the key stream of RFC 3711 B.2', () => {
    const keys = {
      cipher: createSecretKey(hex('2B7E151628AED2A6ABF7158809CF4F3C')),
      salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
    };
    expect(encrypt(keys, 0, 0, Buffer.alloc(48))).toEqual(
      hex(
        'E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0',
      ),
    );
  });

  // The reference packets of libsrtp's own test driver.
  it('protects an RTP packet as libsrtp does', () => {
    const packet = hex(`800f1234 decafbad cafebabe ${'ab'.repeat(16)}`);
    expect(createSrtpSender(master).rtp(packet)).toEqual(
      hex('800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402 b78d6acc 99ea179b 8dbb'),
    );
  });

  it('protects an RTCP packet as libsrtp does', () => {
    const sender = createSrtpSender(master);
    const packet = hex(`81c8000b cafebabe ${'ab'.repeat(16)}`);
    sender.rtcp(packet);
    expect(sender.rtcp(packet)).toEqual(
      hex('81c8000b cafebabe 7128035b e487b9bd bef89041 f977a5a8 80000001 993e08cd 54d6c123 0798'),
    );
  });

  it('counts a wrap of the sequence number into the packet index', () => {
    const at = (sequence: number) => {
      const packet = Buffer.alloc(28);
      packet.writeUInt16BE(sequence, 2);
      return packet;
    };
    const wrapped = createSrtpSender(master);
    wrapped.rtp(at(65535));
    const afterWrap = wrapped.rtp(at(0)).subarray(12, 28);
    expect(afterWrap).toEqual(encrypt(deriveSessionKeys(master, 'rtp'), 0, 65536, Buffer.alloc(16)));
  });

  it('refuses keys of a wrong length', () => {
    expect(() => createSrtpSender({ key: Buffer.alloc(16), salt: Buffer.alloc(12) })).toThrow(RangeError);
  });
});
