/** The doctor speaks of what the recorder of HomeKit Secure Video really does: here both are asked. */
import { expect, test } from 'vitest';
import type { CameraFacts, StreamMeasure } from '../camera/doctor/facts.ts';
import { secureVideoRules } from '../camera/doctor/secure-video-rules.ts';
import { planVideo } from '../homekit/secure-video/video-plan.ts';

const STREAMS = [
  {},
  { codec: 'hevc' },
  ...[
    500, 1000, 1334, 1500, 1700, 1800, 1934, 2000, 2050, 2051, 2067, 2100, 3000, 3600, 4000, 4090, 4200, 5000,
    10_000,
  ].map((gopMs) => ({
    gopMs,
  })),
  { reordered: true },
  ...[100, 77, 66, 110, 122].map((profile) => ({ profile })),
  ...[
    [640, 480],
    [1280, 960],
    [1600, 1200],
    [1920, 1080],
    [2048, 1536],
    [2560, 1440],
    [3840, 2160],
  ].map(([width, height]) => ({ width, height })),
] as {
  codec?: string;
  gopMs?: number;
  reordered?: boolean;
  profile?: number;
  width?: number;
  height?: number;
}[];

test.each(STREAMS)('%o is copied exactly where no rule says that it is encoded anew', (stream) => {
  const {
    codec = 'h264',
    gopMs = 2000,
    reordered = false,
    profile = 77,
    width = 1280,
    height = 720,
  } = stream;
  const plan = planVideo(
    { codec, codecString: `avc1.${profile.toString(16)}001f`, width, height, gopMs, reordered },
    { fragmentMs: 4000 },
  );
  const rules = secureVideoRules(factsOf({ codec, gopMs, reordered, profile, width, height }));
  const anew = rules.filter(({ found }) => found.includes('encoded anew'));
  expect({ stream, copied: anew.length === 0 }).toEqual({ stream, copied: plan.how === 'copy' });
});

function factsOf(s: {
  codec: string;
  gopMs: number;
  reordered: boolean;
  profile: number;
  width: number;
  height: number;
}): CameraFacts {
  const measured: StreamMeasure = {
    ...{ seconds: 10, pictures: 150, fps: 15, kbps: 2000, groupsMs: [s.gopMs, s.gopMs], sinceKeyframeMs: 0 },
    ...{
      bFrames: s.reordered,
      profile: 'x',
      plain: s.profile <= 100,
      pauses: 0,
      latenessMs: 0,
      keptMs: 9000,
    },
  };
  return {
    ...{ online: true, privacy: false, hubRuns: true, subWanted: false, transport: 'tcp', standalone: true },
    ...{ secureVideoOffered: true, encoder: { name: 'libx264', hardware: false }, measured },
    video: { codec: s.codec, width: s.width, height: s.height, fps: 15 },
  };
}
