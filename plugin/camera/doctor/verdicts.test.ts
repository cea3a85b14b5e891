import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../protocol/api.ts';
import { connectionVerdicts } from './connection-verdicts.ts';
import type { CameraFacts, HostFacts, StreamMeasure } from './facts.ts';
import { hostVerdicts } from './host-verdicts.ts';
import { secureVideoRules } from './secure-video-rules.ts';
import { streamVerdicts } from './stream-verdicts.ts';
import { CHECKS } from './verdict.ts';

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;
const GIB = 2 ** 30;

const measured: StreamMeasure = {
  ...{ seconds: 10, pictures: 200, fps: 20, kbps: 3000, groupsMs: [2000, 2000, 2000], sinceKeyframeMs: 500 },
  ...{
    bFrames: false,
    profile: 'High',
    plain: true,
    level: '4.0',
    pauses: 0,
    latenessMs: 40,
    keptMs: 11_000,
  },
};
const video = { codec: 'h264', width: 1920, height: 1080, fps: 20 };
const secureVideo = { line: 'Armed.', armed: true, prebufferMs: 9000, recording: false };

/** A camera with nothing to say against it. */
const fine: CameraFacts = {
  ...{ online: true, privacy: false, hubRuns: true, subWanted: true, transport: 'tcp', standalone: true },
  ...{ video, measured, audio: { codec: 'aac', sampleRate: 16_000, channels: 1 }, secureVideo, armed: true },
  sub: { codec: 'h264', width: 640, height: 360 },
  address: { host: '10.0.0.2', port: 554, secure: false, password: true },
  reach: { rttMs: 3 },
  history: { watchedMs: 30 * HOUR, drops: [] },
  onvifPort: 8000,
  onvif: { connected: true, clockOffsetMs: 300, events: true, topics: ['RuleEngine/MyRuleDetector/Visitor'] },
  talk: 'backchannel',
  secureVideoOffered: true,
  encoder: { name: 'libx264', hardware: false },
};

const fineHost: HostFacts = {
  ...{ node: '24.11.0', hubRuns: true, childBridge: true, clockSynced: true, cpus: 4, load: 0.5, cameras: 2 },
  ffmpeg: {
    version: '8.0',
    major: 8,
    minor: 0,
    origin: 'ffmpeg-for-homebridge',
    encoders: new Set(['libfdk_aac']),
  },
  encoder: { name: 'h264_vaapi', hardware: true },
  disk: { path: '/var/lib/homebridge', freeBytes: 50 * GIB, writeMBps: 120 },
  ports: [{ what: 'web app and API', port: 8586, open: true }],
  mdns: { addresses: ['10.0.0.5'], answered: true },
  memory: { totalBytes: 4 * GIB, freeBytes: 2 * GIB, ownBytes: GIB / 8 },
};

const find = (verdicts: readonly Verdict[], check: string) => verdicts.find((each) => each.check === check);
const ofCamera = (facts: CameraFacts) => [...connectionVerdicts(facts, NOW), ...streamVerdicts(facts)];
const changed = <T>(facts: T, change: Partial<T>, without: readonly (keyof T)[] = []): T => {
  const all = { ...facts, ...change };
  for (const key of without) delete all[key];
  return all;
};
const drops = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    at: NOW - (n + 1) * HOUR,
    backAt: NOW - (n + 1) * HOUR + 20_000,
  }));
const withMeasure = (change: Partial<StreamMeasure>) => ({ measured: { ...measured, ...change } });

describe('nothing is said against what is fine', () => {
  test.each([
    ['camera', ofCamera(fine)],
    ['secureVideo', secureVideoRules(fine)],
    ['host', hostVerdicts(fineHost)],
  ] as const)('%s', (part, verdicts) => {
    expect(verdicts.filter(({ judgement }) => judgement !== 'good')).toEqual([]);
    const alone = ['stream', 'offered'];
    expect(verdicts.map(({ check }) => check).sort()).toEqual(
      CHECKS[part].filter((check) => !alone.includes(check)).sort(),
    );
    expect(verdicts.every(({ found, cure }) => /^[A-Z0-9].*\.$/.test(found) && cure === undefined)).toBe(
      true,
    );
  });
});

type Row<T> = [
  check: string,
  judgement: Verdict['judgement'],
  what: string,
  change: Partial<T>,
  without?: (keyof T)[],
];

const CAMERA: Row<CameraFacts>[] = [
  [
    'connection',
    'bad',
    'wrong password',
    { online: false, problem: { code: 'x', what: 'It refuses.', cure: 'Correct it.' } },
  ],
  ['connection', 'bad', 'silent', { online: false, reach: { failure: 'nothing listens on its port' } }],
  [
    'connection',
    'could-be-better',
    'limited',
    { problem: { code: 'x', what: 'Sub-stream: gone.', cure: 'Look.' } },
  ],
  ['connection', 'unknown', 'in privacy mode', { online: false, privacy: true }],
  ['latency', 'could-be-better', 'far away', { reach: { rttMs: 140 } }],
  ['latency', 'unknown', 'no answer', { reach: { failure: 'it does not answer' } }],
  ['steadiness', 'could-be-better', 'pauses', withMeasure({ pauses: 2 })],
  ['steadiness', 'could-be-better', 'late pictures', withMeasure({ latenessMs: 2500 })],
  ['steadiness', 'unknown', 'not measured', {}, ['measured']],
  ['history', 'good', 'lost once', { history: { watchedMs: 30 * HOUR, drops: drops(1) } }],
  ['history', 'could-be-better', 'lost often', { history: { watchedMs: 30 * HOUR, drops: drops(5) } }],
  ['history', 'unknown', 'nobody watched', {}, ['history']],
  [
    'password',
    'could-be-better',
    'none',
    { address: { ...required(fine.address), password: false } },
    ['onvifPort'],
  ],
  [
    'password',
    'unknown',
    'none, as nobody answers',
    { online: false, address: { ...required(fine.address), password: false } },
  ],
  ['clock', 'could-be-better', '20 s off', { onvif: { connected: true, clockOffsetMs: -20_000 } }],
  ['clock', 'bad', 'an hour off', { onvif: { connected: true, clockOffsetMs: HOUR } }],
  ['clock', 'unknown', 'not told', { onvif: { connected: true } }],
  ['onvif', 'unknown', 'not configured', {}, ['onvifPort', 'onvif']],
  ['onvif', 'unknown', 'not asked in privacy mode', { privacy: true, onvif: { connected: false } }],
  ['onvif', 'bad', 'silent', { onvif: { connected: false } }],
  [
    'onvif',
    'bad',
    'refused',
    { onvif: { connected: false, problem: { what: 'It refuses.', cure: 'Correct it.' } } },
  ],
  ['onvif', 'could-be-better', 'no events', { onvif: { connected: true, events: false } }],
  ['talk', 'unknown', 'no way', {}, ['talk']],
  ['codec', 'could-be-better', 'HEVC', { video: { ...video, codec: 'hevc' } }],
  ['codec', 'bad', 'HEVC without an encoder', { video: { ...video, codec: 'hevc' } }, ['encoder']],
  ['gop', 'bad', '10 s', withMeasure({ groupsMs: [10_000] })],
  ['gop', 'bad', 'no second keyframe', withMeasure({ groupsMs: [], sinceKeyframeMs: 12_900 })],
  [
    'gop',
    'good',
    '4 s is short enough to be recorded, 1 s starts fastest',
    withMeasure({ groupsMs: [1000, 1000] }),
  ],
  ['gop', 'could-be-better', '4 s', withMeasure({ groupsMs: [4000, 4000] })],
  ['gop', 'could-be-better', 'smart codec', withMeasure({ groupsMs: [1000, 4000, 8000] })],
  ['gop', 'unknown', 'not known', {}, ['measured']],
  ['b-frames', 'could-be-better', 'some', withMeasure({ bFrames: true })],
  ['profile', 'bad', '10 bit', withMeasure({ profile: 'High 10', plain: false })],
  ['resolution', 'could-be-better', 'small', { video: { ...video, width: 352, height: 288 } }],
  ['frame-rate', 'could-be-better', 'slow', { video: { ...video, fps: 5 } }],
  ['frame-rate', 'could-be-better', 'fast', { video: { ...video, fps: 60 } }],
  ['bit-rate', 'could-be-better', 'heavy', withMeasure({ kbps: 12_000 })],
  ['audio', 'could-be-better', 'G.711', { audio: { codec: 'pcm_mulaw', sampleRate: 8000, channels: 1 } }],
  ['audio', 'could-be-better', 'none', {}, ['audio']],
  ['sub-stream', 'could-be-better', 'none', { subWanted: false }, ['sub']],
  ['sub-stream', 'could-be-better', 'large', { sub: video }],
  ['sub-stream', 'unknown', 'silent', {}, ['sub']],
  [
    'sub-stream',
    'good',
    'small main',
    { subWanted: false, video: { ...video, width: 1280, height: 720 } },
    ['sub'],
  ],
  ['stream', 'unknown', 'never a picture', { online: false }, ['video', 'measured']],
];

test.each(CAMERA)('camera: %s is %s (%s)', (check, judgement, _, change, without) => {
  expectVerdict(find(ofCamera(changed(fine, change, without)), check), judgement);
});

const RULES: Row<CameraFacts>[] = [
  ['offered', 'unknown', 'switched off', { secureVideoOffered: false }],
  ['armed', 'unknown', 'not by the Home app', { secureVideo: { ...secureVideo, armed: false } }],
  ['armed', 'unknown', 'no HomeKit', {}, ['secureVideo']],
  ['standalone', 'could-be-better', 'bridged', { standalone: false }],
  ['trigger', 'could-be-better', 'disarmed', { armed: false }],
  ['codec', 'could-be-better', 'HEVC', { video: { ...video, codec: 'hevc' } }],
  ['codec', 'bad', 'HEVC without an encoder', { video: { ...video, codec: 'hevc' } }, ['encoder']],
  ['gop', 'good', '4 s', withMeasure({ groupsMs: [4000] })],
  ['gop', 'good', '1 s', withMeasure({ groupsMs: [1000, 1000] })],
  ['gop', 'could-be-better', '3 s', withMeasure({ groupsMs: [3000, 3000] })],
  ['gop', 'could-be-better', '10 s', withMeasure({ groupsMs: [10_000] })],
  ['gop', 'bad', '10 s without an encoder', withMeasure({ groupsMs: [10_000] }), ['encoder']],
  ['gop', 'could-be-better', 'uneven', withMeasure({ groupsMs: [1000, 4000, 8000] })],
  ['b-frames', 'could-be-better', 'some', withMeasure({ bFrames: true })],
  ['size', 'good', '4:3', { video: { ...video, width: 1600, height: 1200 } }],
  ['profile', 'could-be-better', '10 bit', withMeasure({ profile: 'High 10', plain: false })],
  ['profile', 'unknown', 'not measured', {}, ['measured']],
  ['size', 'could-be-better', '4K', { video: { ...video, width: 3840, height: 2160 } }],
  ['frame-rate', 'could-be-better', 'slow', { video: { ...video, fps: 8 } }],
  ['bit-rate', 'could-be-better', 'heavy', withMeasure({ kbps: 9000 })],
  ['audio', 'good', 'none', {}, ['audio']],
  ['audio', 'good', 'G.711', { audio: { codec: 'pcm_alaw', sampleRate: 8000, channels: 1 } }],
  ['prebuffer', 'could-be-better', 'short', { secureVideo: { ...secureVideo, prebufferMs: 1500 } }],
  ['prebuffer', 'good', 'as measured', withMeasure({ keptMs: 8000 }), ['secureVideo']],
  ['prebuffer', 'unknown', 'no hub', { hubRuns: false }],
  ['time-budget', 'good', 'quick', { secureVideo: { ...secureVideo, lastFirstFragmentMs: 120 } }],
  ['time-budget', 'could-be-better', 'slow', { secureVideo: { ...secureVideo, lastFirstFragmentMs: 3000 } }],
  ['time-budget', 'bad', 'too slow', { secureVideo: { ...secureVideo, lastFirstFragmentMs: 5200 } }],
  ['time-budget', 'bad', 'no recording', { secureVideo: { ...secureVideo, lastRequestAt: NOW } }],
  ['stream', 'unknown', 'never a picture', { online: false }, ['video', 'measured']],
];

test.each(RULES)('HomeKit Secure Video: %s is %s (%s)', (check, judgement, _, change, without) => {
  expectVerdict(find(secureVideoRules(changed(fine, change, without)), check), judgement);
});

const { disk, memory, ffmpeg } = {
  disk: required(fineHost.disk),
  memory: fineHost.memory,
  ffmpeg: required(fineHost.ffmpeg),
};
const HOST: Row<HostFacts>[] = [
  ['ffmpeg', 'bad', 'none', {}, ['ffmpeg']],
  ['ffmpeg', 'could-be-better', 'old', { ffmpeg: { ...ffmpeg, version: '4.4', major: 4, minor: 4 } }],
  ['ffmpeg', 'good', '10.10', { ffmpeg: { ...ffmpeg, version: '10.10', major: 10, minor: 10 } }],
  ['live-sound', 'good', 'Opus', { ffmpeg: { ...ffmpeg, encoders: new Set(['libopus']) } }],
  ['live-sound', 'could-be-better', 'neither', { ffmpeg: { ...ffmpeg, encoders: new Set(['aac']) } }],
  ['encoder', 'bad', 'none', {}, ['encoder']],
  ['encoder', 'good', 'software', { encoder: { name: 'libx264', hardware: false } }],
  ['disk-room', 'bad', 'full', { disk: { ...disk, freeBytes: GIB / 4 } }],
  ['disk-room', 'could-be-better', 'nearly full', { disk: { ...disk, freeBytes: GIB } }],
  ['disk-room', 'unknown', 'not known', {}, ['disk']],
  ['disk-speed', 'bad', 'unwritable', { disk: { ...disk, failure: 'EROFS: read-only file system' } }],
  ['disk-speed', 'bad', 'very slow', { disk: { ...disk, writeMBps: 1.2 } }],
  ['disk-speed', 'could-be-better', 'slow', { disk: { ...disk, writeMBps: 9 } }],
  ['ports', 'bad', 'closed', { ports: [{ what: 'Front door', port: 51_000, open: false }] }],
  ['ports', 'bad', 'taken', { hubRuns: false, ports: [{ what: 'web app and API', port: 8586, open: true }] }],
  [
    'ports',
    'good',
    'free',
    { hubRuns: false, ports: [{ what: 'web app and API', port: 8586, open: false }] },
  ],
  ['ports', 'unknown', 'none', { ports: [] }],
  ['mdns', 'bad', 'no network', { mdns: { addresses: [] } }],
  ['mdns', 'bad', 'no multicast', { mdns: { addresses: ['10.0.0.5'], failure: 'ENETUNREACH' } }],
  ['mdns', 'could-be-better', 'no answer', { mdns: { addresses: ['10.0.0.5'], answered: false } }],
  ['mdns', 'unknown', 'no hub', { hubRuns: false, mdns: { addresses: ['10.0.0.5'], answered: false } }],
  ['node', 'bad', 'old', { node: '20.10.0' }],
  ['node', 'bad', 'a little old', { node: '22.4.0' }],
  ['node', 'could-be-better', 'odd', { node: '25.1.0' }],
  ['clock-sync', 'bad', 'not set', { clockSynced: false }],
  ['clock-sync', 'unknown', 'not told', {}, ['clockSynced']],
  ['memory', 'could-be-better', 'little', { memory: { ...memory, freeBytes: GIB / 10 } }],
  ['cpu', 'could-be-better', 'busy', { load: 9 }],
  ['cpu', 'good', 'no load known', {}, ['load']],
  ['child-bridge', 'could-be-better', 'shared', { childBridge: false }],
  ['child-bridge', 'unknown', 'not known', {}, ['childBridge']],
];

test.each(HOST)('host: %s is %s (%s)', (check, judgement, _, change, without) => {
  expectVerdict(find(hostVerdicts(changed(fineHost, change, without)), check), judgement);
});

test('the cure names the menu of the maker, and a stream that would do', () => {
  const hevc = { video: { ...video, codec: 'hevc' } };
  const gop = find(
    streamVerdicts({ ...fine, ...withMeasure({ groupsMs: [10_000] }), brand: 'hikvision' }),
    'gop',
  );
  expect(gop?.cure).toContain('"I Frame Interval" to 40');
  const profiles = [
    { name: 'MainStream', codec: 'hevc', width: 2560, height: 1440 },
    { name: 'Third', codec: 'h264', width: 1280, height: 720 },
    { name: 'SubStream', codec: 'h264', width: 640, height: 360 },
  ];
  const facts = changed<CameraFacts>(
    { ...fine, ...hevc, onvif: { connected: true, profiles } },
    { subWanted: false },
    ['sub'],
  );
  expect(find(streamVerdicts(facts), 'codec')?.cure).toContain('"Third" (1280x720, H.264)');
  expect(find(streamVerdicts(facts), 'sub-stream')?.cure).toContain('"SubStream" (640x360)');
});

test.each(Object.entries(CHECKS))('docs/doctor.md explains each check of %s', (part, checks) => {
  const text = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8');
  const heading = { camera: 'The camera', secureVideo: 'HomeKit Secure Video', host: 'This machine' }[part];
  const section = text.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const explained = [...section.matchAll(/^\| `([\w-]+)` \| .+ \| .+ \|$/gm)].map(([, check]) => check);
  expect(explained).toEqual([...checks]);
});

/** What is wrong or could be better has a cure, in a sentence; what is good has none. */
function expectVerdict(verdict: Verdict | undefined, judgement: Verdict['judgement']): void {
  expect(verdict?.judgement).toBe(judgement);
  expect(verdict?.found).toMatch(/\.$/);
  if (judgement === 'good') expect(verdict?.cure).toBeUndefined();
  if (judgement === 'bad' || judgement === 'could-be-better') expect(verdict?.cure).toMatch(/\S/);
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the test needs it');
  return value;
}
