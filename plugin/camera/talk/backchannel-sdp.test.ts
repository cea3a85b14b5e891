import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlUrl, readBackchannel } from './backchannel-sdp.ts';

const VIDEO = 'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n';
const sdp = (...sections: string[]) =>
  `v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\na=control:*\r\nt=0 0\r\n${sections.join('')}`;
const audio = (types: string, ...lines: string[]) =>
  `m=audio 0 RTP/AVP ${types}\r\n${lines.join('\r\n')}\r\n`;

const AAC =
  'a=fmtp:97 streamtype=5; profile-level-id=15; mode=AAC-hbr; sizeLength=13; indexLength=3; indexDeltaLength=3; config=1408; CTSDeltaLength=0;';

describe('the backchannel in a session description', () => {
  it.each([
    [
      'of a Reolink, without rtpmap before control',
      sdp(
        VIDEO,
        'm=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/16000\r\na=recvonly\r\na=control:track2\r\n',
        'm=audio 0 RTP/AVP 8\r\na=control:track3\r\na=rtpmap:8 PCMA/8000\r\na=sendonly',
      ),
      { codec: { name: 'PCMA' }, payloadType: 8, sampleRate: 8000, channels: 1, control: 'track3' },
    ],
    [
      "of ONVIF's example",
      sdp(
        'm=video 0 RTP/AVP 26\r\na=control:rtsp://192.168.0.1/video\r\na=recvonly\r\n',
        'm=audio 0 RTP/AVP 0\r\na=control:rtsp://192.168.0.1/audio\r\na=recvonly\r\n',
        'm=audio 0 RTP/AVP 0\r\na=control:rtsp://192.168.0.1/audioback\r\na=rtpmap:0 PCMU/8000\r\na=sendonly\r\n',
      ),
      { codec: { name: 'PCMU' }, control: 'rtsp://192.168.0.1/audioback' },
    ],
    [
      'without rtpmap at all',
      sdp(VIDEO, audio('0', 'a=control:t', 'a=sendonly')),
      { codec: { name: 'PCMU' }, sampleRate: 8000 },
    ],
    [
      'in a wide band, in small letters',
      sdp(VIDEO, audio('98', 'a=rtpmap:98 pcmu/16000/1', 'a=control:t', 'a=sendonly')),
      { codec: { name: 'PCMU' }, payloadType: 98, sampleRate: 16_000 },
    ],
    [
      'in AAC',
      sdp(VIDEO, audio('97', 'a=rtpmap:97 mpeg4-generic/16000/1', AAC, 'a=control:t', 'a=sendonly')),
      { codec: { name: 'AAC', config: Buffer.from('1408', 'hex') }, sampleRate: 16_000, channels: 1 },
    ],
    [
      'in AAC or G.711: the one without delay',
      sdp(
        VIDEO,
        audio(
          '97 8',
          'a=rtpmap:97 MPEG4-GENERIC/16000',
          AAC,
          'a=rtpmap:8 PCMA/8000',
          'a=control:t',
          'a=sendonly',
        ),
      ),
      { codec: { name: 'PCMA' }, payloadType: 8 },
    ],
    [
      'in two tracks: the one that we speak',
      sdp(
        VIDEO,
        audio('2', 'a=rtpmap:2 G726-32/8000', 'a=control:a', 'a=sendonly'),
        audio('0', 'a=control:b', 'a=sendonly'),
      ),
      { codec: { name: 'PCMU' }, control: 'b' },
    ],
    [
      'with lines that end with LF alone',
      sdp(VIDEO, audio('0', 'a=control:t', 'a=sendonly')).replaceAll('\r\n', '\n'),
      { codec: { name: 'PCMU' }, control: 't' },
    ],
  ])('%s', (_name, text, expected) => {
    expect(readBackchannel(text).track).toMatchObject(expected);
  });

  it.each([
    ['none', sdp(VIDEO, audio('0', 'a=control:t')), []],
    [
      'one that is its own sound, for the picture is sendonly, too',
      sdp(`${VIDEO}a=sendonly\r\n`, audio('0', 'a=control:t', 'a=sendonly')),
      [],
    ],
    ['a picture that is sendonly', sdp(`${VIDEO}a=sendonly\r\n`), []],
    ['G.726 alone', sdp(VIDEO, audio('2', 'a=rtpmap:2 G726-32/8000', 'a=sendonly')), ['G726-32/8000']],
    ['Opus alone', sdp(VIDEO, audio('111', 'a=rtpmap:111 opus/48000/2', 'a=sendonly')), ['opus/48000/2']],
    [
      'AAC without its configuration',
      sdp(VIDEO, audio('97', 'a=rtpmap:97 MPEG4-GENERIC/16000', 'a=sendonly')),
      ['MPEG4-GENERIC/16000'],
    ],
    [
      'AAC-ELD',
      sdp(
        VIDEO,
        audio(
          '97',
          'a=rtpmap:97 MPEG4-GENERIC/16000',
          'a=fmtp:97 mode=AAC-hbr;config=F8F0212C00BC00',
          'a=sendonly',
        ),
      ),
      ['MPEG4-GENERIC/16000'],
    ],
    ['G.711 at no rate', sdp(VIDEO, audio('98', 'a=rtpmap:98 PCMU/0', 'a=sendonly')), ['PCMU/0']],
    ['an unknown type', sdp(VIDEO, audio('99', 'a=sendonly')), ['unknown']],
    ['nothing', '', []],
  ])('is none that we can speak: %s', (_name, text, offered) => {
    expect(readBackchannel(text)).toMatchObject({ track: undefined, offered });
  });

  it('names the picture, for cameras that want it set up as well', () => {
    expect(readBackchannel(sdp(VIDEO))).toMatchObject({ video: 'track1', session: '*' });
  });

  it('throws nothing, whatever comes', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'm=audio 0 RTP/AVP 0 8 97 9999',
        'm=video',
        'a=sendonly',
        'a=control:',
        'a=rtpmap:97',
        'a=rtpmap:97 MPEG4-GENERIC/x/y',
        'a=fmtp:97 config=zz',
        'a=',
      ),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { track } = readBackchannel(lines.join('\r\n'));
        if (track) expect(track.sampleRate).toBeGreaterThanOrEqual(8000);
      }),
    );
  });
});

describe('the URL of a track', () => {
  const DAHUA = 'rtsp://cam:554/cam/realmonitor?channel=1&subtype=0&proto=Onvif';
  it.each([
    [`${DAHUA}/`, 'trackID=5', `${DAHUA}/trackID=5`],
    [DAHUA, 'trackID=5', `${DAHUA}/trackID=5`],
    ['rtsp://cam/Streaming/Channels/101/', 'trackID=3', 'rtsp://cam/Streaming/Channels/101/trackID=3'],
    ['rtsp://cam/a', 'rtsp://cam/a/back', 'rtsp://cam/a/back'],
    ['rtsp://cam/a', 'rtsp://rtsp://cam/a/back', 'rtsp://cam/a/back'],
    ['rtsp://cam/a/', '/track3', 'rtsp://cam/a/track3'],
    ['rtsp://cam/a/', '*', 'rtsp://cam/a/'],
    ['rtsp://cam/a/', '', 'rtsp://cam/a/'],
  ])('%s and %s', (base, control, url) => {
    expect(controlUrl(base, control)).toBe(url);
  });
});
