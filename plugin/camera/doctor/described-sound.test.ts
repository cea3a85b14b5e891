import { expect, test } from 'vitest';
import { systemClock } from '../../system/clock.ts';
import { describeSound, soundIn } from './described-sound.ts';

const sdp = (...lines: string[]) =>
  ['v=0', 's=x', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', ...lines].join('\r\n');

test.each([
  [sdp('m=audio 0 RTP/AVP 0'), { codec: 'pcm_mulaw', sampleRate: 8000, channels: 1 }],
  [sdp('m=audio 0 RTP/AVP 8', 'a=rtpmap:8 PCMA/8000'), { codec: 'pcm_alaw', sampleRate: 8000, channels: 1 }],
  [
    sdp('m=audio 0 RTP/AVP 97', 'a=rtpmap:97 MPEG4-GENERIC/16000/1'),
    { codec: 'aac', sampleRate: 16_000, channels: 1 },
  ],
  [
    sdp('m=audio 0 RTP/AVP 98', 'a=rtpmap:98 opus/48000/2'),
    { codec: 'opus', sampleRate: 48_000, channels: 2 },
  ],
  [
    sdp('m=audio 0 RTP/AVP 99', 'a=rtpmap:99 G726-16/8000'),
    { codec: 'g726-16', sampleRate: 8000, channels: 1 },
  ],
  // What is spoken to the camera is no sound of it.
  [
    sdp('m=audio 0 RTP/AVP 0', 'a=sendonly', 'm=audio 0 RTP/AVP 97', 'a=rtpmap:97 mpeg4-generic/8000'),
    { codec: 'aac', sampleRate: 8000, channels: 1 },
  ],
  [sdp('m=audio 0 RTP/AVP 0', 'a=sendonly'), undefined],
  [sdp(), undefined],
  [sdp('m=audio 0 RTP/AVP 101'), undefined],
  [sdp('m=audio 0 RTP/AVP 101', 'a=rtpmap:101 x/0'), undefined],
  ['m=audio', undefined],
  ['', undefined],
])('%j has %j', (text, sound) => {
  expect(soundIn(text)).toEqual(sound);
});

test.each(['rtsp://127.0.0.1:1/x', 'no address'])('%s tells nothing', async (url) => {
  const signal = new AbortController().signal;
  expect(await describeSound(url, { clock: systemClock, signal })).toBeUndefined();
});
