import { describe, expect, it } from 'vitest';
import type { Exit } from '../system/child.ts';
import { withoutSecrets } from '../system/log.ts';
import { nextAudioPlan } from './audio-plan.ts';
import { backoffMs, causeOf, refusedMs } from './backoff-policy.ts';
import { startsKeyframe } from './keyframe-policy.ts';
import { changedParameters } from './parameter-sets.ts';
import { addressOf, lineWithoutSecrets, readerProblem } from './reader-problem.ts';
import { chooseSnapshot } from './snapshot-policy.ts';

describe('where a decoder may start', () => {
  const previous = { time: 10, sync: true };
  it.each([
    ['a sync picture', { time: 2, sync: true }, undefined, true],
    ['no sync picture', { time: 2, sync: false }, undefined, false],
    ['a sync picture after another picture', { time: 10.04, sync: true }, { time: 10, sync: false }, true],
    ['every picture of an all-keyframe stream', { time: 10.033, sync: true }, previous, true],
    ['not the second packet with the same time', { time: 10, sync: true }, previous, false],
    ['not the second packet a tick later', { time: 10 + 1 / 90000, sync: true }, previous, false],
    ['a sync picture after times went back', { time: 3, sync: true }, previous, true],
  ])('%s', (_, packet, before, expected) => {
    expect(startsKeyframe(packet, before)).toBe(expected);
  });
});

describe('the wait before the next try', () => {
  const base = { failures: 1, offlineMs: 0, random: 0, cause: 'camera', seen: true } as const;
  it.each([
    ['a stream that ran is opened at once', {}, 0],
    ['then soon', { failures: 2 }, 1000],
    ['one that never ran, too', { seen: false }, 500],
    ['it stays short for minutes', { failures: 50, offlineMs: 200_000 }, 2000],
    [
      'and nearly as short for days, as a camera may come back at any time',
      { failures: 9999, offlineMs: 1e9 },
      3000,
    ],
    ['chance shortens it by a quarter at most', { failures: 3, random: 1 }, 1500],
    [
      'what the owner has to put right is tried less often after a while',
      { cause: 'owner', seen: false, failures: 50, offlineMs: 301_000 },
      30_000,
    ],
    ['but often at first', { cause: 'owner', seen: false, failures: 50, offlineMs: 200_000 }, 2000],
    ['and always where it has been right before', { cause: 'owner', failures: 50, offlineMs: 301_000 }, 3000],
  ] as const)('%s', (_, input, expected) => {
    expect(backoffMs({ ...base, ...input })).toBe(expected);
  });

  it.each([
    ['no-such-stream', 'owner'],
    ['camera-unreachable', 'camera'],
    ['reader-ended', 'camera'],
  ])('%s is for the %s', (code, cause) => {
    expect(causeOf(code)).toBe(cause);
  });
});

describe('the wait before a refused login is tried again', () => {
  const base = { refusals: 1, accepted: false, random: 0 };
  it.each([
    ['half a minute at first', {}, 30_000],
    ['then ever longer', { refusals: 3 }, 120_000],
    ['up to ten minutes', { refusals: 1000 }, 600_000],
    ['soon where it was right before: the camera may be starting', { accepted: true, refusals: 2 }, 1000],
    ['but not for long', { accepted: true, refusals: 3 }, 30_000],
    ['less by chance', { random: 1 }, 22_500],
  ])('%s', (_, input, expected) => {
    expect(refusedMs({ ...base, ...input })).toBe(expected);
  });
});

describe('which picture answers', () => {
  const now = 100_000;
  const main = (age: number) => ({ takenAt: now - age, width: 1920, height: 1080 });
  const sub = (age: number) => ({ takenAt: now - age, width: 640, height: 360 });
  it.each([
    ['the main picture while it is recent', { main: main(1900), sub: sub(100) }, 'main'],
    ['the sub picture when the main one is old', { main: main(2100), sub: sub(100) }, 'sub'],
    [
      'the sub picture when it is large enough and newer',
      { main: main(900), sub: sub(100), width: 320, height: 180 },
      'sub',
    ],
    [
      'not a sub picture that is too small',
      { main: main(900), sub: sub(100), width: 1280, height: 720 },
      'main',
    ],
    ['not a sub picture that is older', { main: main(100), sub: sub(900), width: 320, height: 180 }, 'main'],
    ['the ring when all pictures are old', { main: main(9000), sub: sub(8000), ringAt: now - 50 }, 'ring'],
    [
      'the newest picture when everything is old',
      { main: main(9000), sub: sub(8000), ringAt: now - 7000 },
      'sub',
    ],
    ['the ring when there is no picture at all', { ringAt: now - 7000 }, 'ring'],
    ['none when there was never any', {}, 'none'],
  ])('%s', (_, choice, expected) => {
    expect(chooseSnapshot({ now, maxAgeMs: 2000, ...choice })).toBe(expected);
  });
});

describe('what becomes of the sound', () => {
  it.each([
    ['copy', "[fatal] Stream map '0:a:0' matches no streams.", 'none'],
    ['copy', '[fatal] Output file #1 does not contain any stream', 'none'],
    [
      'copy',
      '[mp4] [error] Could not find tag for codec pcm_mulaw in stream #0, codec not currently supported in container',
      'aac',
    ],
    ['copy', '[mp4] [error] Could not find tag for codec h264 in stream #0', undefined],
    ['copy', '[error] Could not write header for output file #1 (incorrect codec parameters ?)', 'aac'],
    ['copy', '[out#1/mp4 @ 0x1] [error] Could not write header (incorrect codec parameters ?)', 'aac'],
    ['copy', '[error] Could not write header for output file #0 (incorrect codec parameters ?)', undefined],
    ['copy', '[error] rtsp://x: Connection refused', undefined],
    ['aac', '[fatal] Decoding requested, but no decoder found for: adpcm_g726le', 'none'],
    ['none', '[fatal] Output file #1 does not contain any stream', undefined],
  ] as const)('%s, then "%s": %s', (plan, line, expected) => {
    expect(nextAudioPlan(plan, { stderrTail: [line] })).toBe(expected);
  });
});

describe('what the end of a reader means', () => {
  const url = 'rtsp://admin:p%40ss@192.168.1.20:554/stream1';
  const exit = (line: string, code = 1): Exit => ({ code, signal: null, stderrTail: line ? [line] : [] });
  it.each([
    ['[rtsp @ 0x1] [error] method DESCRIBE failed: 401 Unauthorized', 'wrong-password'],
    ['rtsp://x/y: Server returned 401 Unauthorized (authorization failed)', 'wrong-password'],
    ['[rtsp @ 0x1] method DESCRIBE failed: 404 Stream Not Found', 'no-such-stream'],
    ['rtsp://x/y: Server returned 403 Forbidden (access denied)', 'access-forbidden'],
    ['[rtsp @ 0x1] method SETUP failed: 461 Unsupported Transport', 'transport-refused'],
    ['[rtsp @ 0x1] method PLAY failed: 453 Not Enough Bandwidth', 'camera-busy'],
    [
      '[tcp @ 0x1] Connection to tcp://192.168.1.20:554?timeout=5000000 failed: Connection refused',
      'camera-unreachable',
    ],
    ['rtsp://x/y: Connection timed out', 'camera-unreachable'],
    ['rtsp://x/y: No route to host', 'camera-unreachable'],
    ['[tcp @ 0x1] Failed to resolve hostname door.local: Name or service not known', 'camera-unreachable'],
    ['rtsp://x/y: Invalid data found when processing input', 'not-a-stream'],
    ['[mp4 @ 0x1] Could not find tag for codec vp8 in stream #0', 'unsupported-codec'],
    ["Stream map '0:v:0' matches no streams.", 'no-video'],
    ['[mp4 @ 0x1] [error] dimensions not set', 'camera-unreachable'],
    ['something new', 'reader-ended'],
    ['[h264 @ 0x1] [error] error while decoding MB 33 20, bytestream 401', 'reader-ended'],
    ['[hevc @ 0x1] [error] Invalid data found when processing input', 'reader-ended'],
    ['[error] Error while decoding stream #0:0: Invalid data found when processing input', 'reader-ended'],
    ['[rtsp @ 0x1] [error] max delay reached, 404 packets missed', 'reader-ended'],
    ['[rtsp @ 0x1] [error] RTP: PT=60: bad cseq 461 expected=403', 'reader-ended'],
  ])('%s', (line, code) => {
    const problem = readerProblem({ kind: 'exit', exit: exit(line) }, url);
    expect(problem.code).toBe(code);
    expect(problem.cure).not.toBe('');
  });

  it.each([
    [
      { kind: 'exit', exit: exit('', 0) },
      'camera-unreachable',
      'The camera at 192.168.1.20:554 ended the stream, or fell silent.',
    ],
    [
      { kind: 'stall', seconds: 6 },
      'camera-unreachable',
      'The camera at 192.168.1.20:554 has sent no picture for 6 s.',
    ],
    [
      { kind: 'broken', why: 'a second header', sound: false },
      'stream-broken',
      expect.stringContaining('a second header'),
    ],
    [
      { kind: 'exit', exit: { ...exit(''), error: new Error('ENOENT') } },
      'ffmpeg-not-started',
      expect.stringContaining('ENOENT'),
    ],
  ] as const)('%o', (end, code, what) => {
    expect(readerProblem(end, url)).toMatchObject({ code, what });
  });

  it('never shows user or password', () => {
    const line = `[error] ${url}: some new failure`;
    expect(JSON.stringify(readerProblem({ kind: 'exit', exit: exit(line) }, url))).not.toMatch(
      /admin|p%40ss/,
    );
    expect(lineWithoutSecrets(line, url)).toBe('[error] rtsp://192.168.1.20:554: some new failure');
  });

  it.each([
    ['rtsp://10.0.0.2:554/s', '10.0.0.2:554'],
    ['rtsp://admin:p@ss:w@rd@door.local/x', 'door.local'],
    ['rtsp://admin:p#ss@10.0.0.2/s', '10.0.0.2'],
    ['rtsp://admin:p?ss@10.0.0.2/s', '10.0.0.2'],
    ['rtsp://admin:p/ss@10.0.0.2:554/s', '10.0.0.2:554'],
    ['rtsp://admin:p/s?s=#@10.0.0.2/s', '***'],
    ['rtsp://10.0.0.2/s?password=p@ss', '***'],
    ['rtsp://admin:p@ss@[fe80::1]:554?x=1', '[fe80::1]:554'],
  ])('%s is shown as %s', (url, address) => {
    expect(addressOf(url)).toBe(address);
    expect(lineWithoutSecrets(`${url}: failed`, url)).toBe(`rtsp://${address}: failed`);
    expect(withoutSecrets(`at ${url} now`)).not.toMatch(/admin|ss@|@ss/);
  });
});

describe('a change of the sequence parameter set', () => {
  const nal = (...bytes: number[]) => Buffer.from([0, 0, 0, bytes.length, ...bytes]);
  const announced = [0x67, 1, 2];
  const config = Buffer.from([1, 0x4d, 0x40, 0x1f, 0xff, 0xe1, 0, announced.length, ...announced, 1]);
  const track = { codec: 'h264', config };
  const keyframe = (...sps: number[][]) =>
    Buffer.concat([...sps.map((bytes) => nal(...bytes)), nal(0x65, 9, 9)]);
  const follow = (samples: Buffer[]) => {
    let known: Buffer | undefined;
    return samples.map((sample) => {
      const { parameters, changed } = changedParameters(track, sample, known);
      known = parameters;
      return changed;
    });
  };
  it.each([
    ['is seen between two keyframes', [keyframe([0x67, 1, 2]), keyframe([0x67, 5, 6])], [false, true]],
    ['is seen against the header', [keyframe(), keyframe([0x67, 5, 6])], [false, true]],
    [
      'is none while all are the same',
      [keyframe([0x67, 1, 2]), keyframe(), keyframe([0x67, 1, 2])],
      [false, false, false],
    ],
    [
      'is none when only the SDP told another one',
      [keyframe([0x67, 7, 7]), keyframe([0x67, 7, 7])],
      [false, false],
    ],
    ['is none in broken data', [Buffer.from([0, 0, 9, 9, 0x67])], [false]],
  ])('%s', (_, samples, expected) => {
    expect(follow(samples)).toEqual(expected);
  });
});
