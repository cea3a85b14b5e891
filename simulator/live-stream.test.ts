import { expect, it } from 'vitest';
import { LiveStream } from './live-stream.ts';

const SDP = [
  ...['v=0', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:streamid=0'],
  ...['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 MPEG4-GENERIC/16000/1', 'a=control:streamid=1', ''],
].join('\r\n');

function rtp(seq: number, timestamp: number): Buffer {
  const packet = Buffer.alloc(20);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt16BE(seq, 2);
  packet.writeUInt32BE(timestamp, 4);
  return packet;
}

function report(seconds: number, timestamp: number): Buffer {
  const packet = Buffer.alloc(28);
  packet.writeUInt8(200, 1);
  packet.writeUInt32BE(seconds, 8);
  packet.writeUInt32BE(timestamp, 16);
  return packet;
}

it('finds the tracks and their clocks', () => {
  expect(new LiveStream(SDP).tracks).toEqual([
    { control: 'streamid=0', clockRate: 90_000 },
    { control: 'streamid=1', clockRate: 16_000 },
  ]);
});

it('gives all tracks the start time of the one that is behind, across a wrap of its timestamps', () => {
  const stream = new LiveStream(SDP);
  stream.relay(0, true, report(1000, 2 ** 32 - 90_000));
  stream.relay(1, true, report(1000, 0));
  stream.relay(0, false, rtp(0xffff, 0));
  stream.relay(1, false, rtp(7, 24_000));
  // Video is 1 s after the report, sound 1.5 s: both start at 1 s.
  expect(stream.startPositions()).toEqual(
    new Map([
      [0, { seq: 0, timestamp: 0 }],
      [1, { seq: 8, timestamp: 16_000 }],
    ]),
  );
});

it('starts each track at its newest packet while the sender has told no times', () => {
  const stream = new LiveStream(SDP);
  stream.relay(0, false, rtp(1, 500));
  expect(stream.startPositions()).toEqual(new Map([[0, { seq: 2, timestamp: 500 }]]));
});
