/** The whole way of the evaluation: drawn pictures, the real eyes of a camera, a model without mistakes. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { Detector } from '../../plugin/detection/contract.ts';
import { createSight } from '../../plugin/detection/sight.ts';
import { startChild } from '../../plugin/system/child.ts';
import { CLIP_BEGINS, clipFacts, clipPictures, evalFfmpeg } from './clip-pictures.ts';
import { evaluateClip } from './evaluate.ts';
import { findClips } from './find-clips.ts';
import { rememberLooks } from './remembered-looks.ts';
import { type Day, type Lying, type Visit, writeDays } from './soak/day.ts';
import { Scene } from './soak/scene.ts';
import { EARLY, LATE } from './truth.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorstep-eval-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const NOON = 12 * 3600;
const PARCEL: Lying = { x: 0.6, y: 0.88, width: 0.11, height: 0.16, shade: 180 };
/** Somebody brings a package at noon of a still day, and stays for ten seconds. */
const DELIVERY: Visit = {
  ...{ from: NOON + 6, to: NOON + 16, x: 0.55, fromLeft: true, height: 0.7, dress: 60 },
  act: { at: NOON + 11, phase: 'delivered', parcel: PARCEL },
};
const STILL_DAY: Day = { visits: [DELIVERY], headlights: [], insects: [], cars: [], showers: [], clouds: [] };
const scene = new Scene(STILL_DAY);

async function* drawn(): AsyncGenerator<SmallFrame> {
  for (let index = 0; index < 130; index++) yield scene.picture(NOON + index / 5, CLIP_BEGINS - NOON * 1000);
}

const model = (): Detector & { looks: number } => ({
  ...{ name: 'a model without mistakes', labels: ['person'], looks: 0 },
  async detect(frame, part) {
    this.looks++;
    return scene.people(NOON + (frame.at - CLIP_BEGINS) / 1000, part);
  },
  async [Symbol.asyncDispose]() {},
});

describe('evaluateClip', () => {
  it('finds a drawn delivery, and writes pictures of it', async () => {
    const clip = {
      ...{ name: 'door.mp4', path: '' },
      truth: {
        ...{ file: 'door.mp4', zone: [], withoutPeople: false, note: '', stays: [{ from: 6, to: 16 }] },
        acts: [{ at: 11, phase: 'delivered', early: EARLY, late: LATE } as const],
      },
    };
    const crops = join(folder, 'crops');
    const score = await evaluateClip(clip, {
      ...{ createSight, detector: model(), pictures: drawn, lookMs: 150, realTime: false, crops },
    });
    expect(score.events).toMatchObject({ missed: [], wrong: [], found: [{ right: true }] });
    expect(score.people).toMatchObject({ missed: [], wrong: [] });
    expect(score.latencies[0]?.afterLeaving).toBeLessThan(5);
    const pictures = await readdir(join(crops, 'door.mp4'));
    expect(pictures.filter((name) => /right-delivered-(before|after)\.png$/.test(name))).toHaveLength(2);
  });
});

describe('rememberLooks', () => {
  it('asks the model once for a picture, also after a restart', async () => {
    const frame = scene.picture(NOON + 10, CLIP_BEGINS - NOON * 1000);
    const asked = model();
    const first = await (await rememberLooks(asked, join(folder, 'looks'))).detect(frame);
    const again = await (await rememberLooks(asked, join(folder, 'looks'))).detect(frame);
    expect(again).toEqual(first);
    expect(asked.looks).toBe(1);
  });
});

describe('clipPictures', () => {
  it('gives five pictures a second with the times of the recording', async () => {
    const ffmpeg = await evalFfmpeg();
    const path = join(folder, 'test.mkv');
    const args = [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=640x360:rate=25:duration=2',
      '-c:v',
      'mpeg4',
      path,
    ];
    expect(await startChild(ffmpeg.path, args, { outputs: 0 }).exited).toMatchObject({ code: 0 });
    expect(await clipFacts(ffmpeg, path)).toEqual({ width: 640, height: 360, duration: 2, rate: 25 });
    const pictures: SmallFrame[] = [];
    for await (const picture of clipPictures(ffmpeg, path)) pictures.push(picture);
    expect(pictures.map(({ at }) => at - CLIP_BEGINS)).toEqual([
      0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800,
    ]);
    expect(pictures[0]).toMatchObject({ width: 320, height: 180 });
  });

  it('says which clip cannot be decoded', async () => {
    const path = join(folder, 'broken.mp4');
    await writeFile(path, 'no clip');
    const pictures = clipPictures(await evalFfmpeg(), path);
    await expect(pictures.next()).rejects.toThrow(/broken\.mp4 cannot be decoded/);
  });
});

describe('findClips', () => {
  it('brings clips and truth together, in folders too', async () => {
    const clips = await mkdtemp(join(folder, 'clips-'));
    await writeFile(join(clips, 'one.mp4'), '');
    await writeFile(join(clips, 'two.avi'), '');
    await writeFile(join(clips, 'truth.json'), '{"clips":[{"file":"one.mp4","package":[]}]}');
    expect(await findClips(clips)).toMatchObject([
      { name: 'one.mp4', truth: { acts: [] } },
      { name: 'two.avi', truth: undefined },
    ]);
    await writeFile(join(clips, 'truth.json'), '{"clips":[{"file":"three.mp4"}]}');
    await expect(findClips(clips)).rejects.toThrow(/three\.mp4, which is not there/);
    await expect(findClips(join(clips, 'nowhere'))).rejects.toThrow(/cannot be read/);
  });
});

describe('writeDays', () => {
  it('has visits that bring and take, in the same way each time', () => {
    const day = writeDays(3 * 86_400, 1);
    expect(writeDays(3 * 86_400, 1)).toEqual(day);
    const phases = day.visits.flatMap(({ act }) => act?.phase ?? []);
    expect(phases.filter((phase) => phase === 'delivered').length).toBeGreaterThan(5);
    expect(phases.filter((phase) => phase === 'removed').length).toBeGreaterThan(5);
  });
});
