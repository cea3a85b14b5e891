import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator-process.ts';
import { expectMasked, luma, MASK, recorded } from '../../test/support/masked-picture.ts';
import { startChild } from '../system/child.ts';
import { sleep, systemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Camera, Luma, SmallFrame, Still } from './contract.ts';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.ts';
import { openCamera, type RtspCameraDeps, type RtspCameraOptions } from './rtsp-camera.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
let simulator: Simulator;
let ffmpeg: Ffmpeg;

beforeAll(async () => {
  ffmpeg = await findFfmpeg({}, { startChild, clock: systemClock });
  simulator = await startSimulator({ size: '640x360', fps: 10, gopSeconds: 1 });
}, 60_000);

afterAll(() => simulator?.[Symbol.asyncDispose]());

function open(options: Partial<RtspCameraOptions>, deps: Partial<RtspCameraDeps> = {}): Camera {
  return openCamera(
    {
      ref: { id: '01', name: 'Front door', slug: 'front-door' },
      ...{ kind: 'doorbell', main: simulator.main, transport: 'tcp', masks: [MASK], ...options },
    },
    { ffmpeg, startChild, clock: systemClock, log: quiet, ...deps },
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(systemClock, 50);
}

async function pictureOf(camera: Camera): Promise<Still> {
  for (;;) {
    const still = await camera.snapshot().catch(() => undefined);
    if (still) return still;
    await sleep(systemClock, 50);
  }
}

describe('a camera with masks', { timeout: 120_000 }, () => {
  it.each([
    ['one stream', false],
    ['a sub-stream', true],
  ])('with %s shows them black in everything that it gives', async (_, withSub) => {
    const frames: SmallFrame[] = [];
    await using camera = open(withSub ? { detect: simulator.sub } : {});
    camera.onSmallFrame((frame) => frames.push(frame));
    await until(() => camera.state.online && frames.length > 3);
    for (const frame of frames) expectMasked(frame);
    for (const stream of ['main', 'sub'] as const) {
      const { init, fragments } = await recorded(camera, stream);
      expect(init.tracks[0]).toMatchObject({ codec: 'h264', height: 360 });
      expectMasked(await luma(Buffer.concat([init.data, ...fragments.map(({ data }) => data)])));
    }
    await until(async () => (await camera.snapshot().catch(() => undefined))?.width === 640);
    expectMasked(await luma((await camera.snapshot()).jpeg));
    expectMasked(await luma((await camera.snapshot({ maxAgeMs: 0 })).jpeg));
  });

  it('is not shown at all by an ffmpeg that cannot encode', async () => {
    await using camera = open({}, { ffmpeg: { ...ffmpeg, encoders: new Set() } });
    await until(() => camera.state.problem !== undefined);
    expect(camera.state.problem?.code).toBe('no-encoder');
    await expect(camera.snapshot()).rejects.toThrow(/no picture/);
    expect((await simulator.state()).sessions).toEqual([]);
  });

  it('falls back to software when the encoder of the machine fails', async () => {
    const broken = { name: 'h264_vaapi', hardware: true, device: '/dev/dri/none' } as const;
    let failed = 0;
    const encoders = {
      current: () => (failed === 0 ? broken : ({ name: 'libx264', hardware: false } as const)),
      failed: () => ++failed === 1,
    };
    const able = { ...ffmpeg, encoders: new Set([...ffmpeg.encoders, 'h264_vaapi']) };
    await using camera = open({}, { encoders, ffmpeg: able });
    const frame = await new Promise<Luma>((resolve) => camera.onSmallFrame(resolve));
    expect(failed).toBe(1);
    expectMasked(frame);
  });

  it.concurrent('keeps its sound, its times and a keyframe every 2 s', async () => {
    await using camera = open({});
    await until(() => (camera.state.video?.gopMs ?? 0) > 0);
    expect(camera.state.video?.gopMs).toBeGreaterThan(1700);
    expect(camera.state.video?.gopMs).toBeLessThan(2300);
    expect(camera.state.video?.fps).toBeGreaterThan(8);
    expect(camera.state.audio?.codec).toBe('aac');
    const { fragments } = await recorded(camera, 'main');
    const [video, audio] = [1, 2].map((track) => fragments.filter((fragment) => fragment.track === track));
    for (const [index, { time }] of (video ?? []).entries()) {
      const before = video?.[index - 1];
      if (before) expect(Math.abs(time - before.time - 0.1)).toBeLessThan(0.03);
    }
    // Picture and sound that come together belong together.
    const offsets = (audio ?? []).map(
      ({ at, time }) => at / 1000 - time - ((video?.[0]?.at ?? 0) / 1000 - (video?.[0]?.time ?? 0)),
    );
    expect(Math.max(...offsets.map(Math.abs))).toBeLessThan(0.8);
  });

  it.concurrent('leaves the picture as it is while it shows that the camera masks it, and hides it once it does not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'doorstep-masked-'));
    const clip = join(folder, 'masked.mp4');
    try {
      // The camera's own mask is taken away after a while, and its film begins anew.
      const mask = "drawbox=x=160:y=54:w=320:h=288:color=black:t=fill:enable='lt(t,12)'";
      const film = ['-f', 'lavfi', '-i', `testsrc2=s=640x360:r=10,${mask}`, '-t', '30'];
      const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10'];
      await using made = startChild('ffmpeg', ['-v', 'error', ...film, ...x264, clip]);
      expect((await made.exited).code).toBe(0);
      const kind = { size: '640x360', fps: 10, gopSeconds: 1, sub: 'none', audio: 'none' } as const;
      await using masking = await startSimulator({ ...kind, clip });
      const said: string[] = [];
      const keep = (line: string) => void said.push(line);
      const frames: SmallFrame[] = [];
      await using camera = open(
        { main: masking.main, maskedByCamera: async () => true },
        { log: { ...quiet, info: keep, warn: keep } },
      );
      camera.onSmallFrame((frame) => frames.push(frame));
      await until(() => said.some((line) => line.includes('the camera hides them')) && frames.length > 0);
      expectMasked(await luma((await pictureOf(camera)).jpeg));
      await until(() => said.some((line) => line.includes('is not relied on')));
      // Nothing that was seen before is shown any more.
      const seen = frames.length;
      await until(() => frames.length > seen);
      expect(said).toContain('Privacy masks: the hub hides them, and encodes the picture anew.');
      expectMasked(await luma((await pictureOf(camera)).jpeg));
      const { init, fragments } = await recorded(camera, 'main');
      expectMasked(await luma(Buffer.concat([init.data, ...fragments.map(({ data }) => data)])));
      for (const frame of frames) expectMasked(frame);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
