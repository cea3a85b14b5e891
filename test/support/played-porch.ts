/** The simulated porch as a hub sees it: played without waiting, encoded and decoded as a camera's sub-stream is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import { SMALL_FILTERS } from '../../plugin/camera/reader-args.ts';
import { SmallParser } from '../../plugin/camera/small-parser.ts';
import type { Light } from '../../simulator/scene/light.ts';
import { createPainter } from '../../simulator/scene/painter.ts';
import {
  ACT_MS,
  begin,
  EMPTY_SCENE,
  momentAt,
  type Scene,
  VISITS,
  type VisitKind,
} from '../../simulator/scene/scene-state.ts';
import { type Change, changed } from '../../simulator/scene/surroundings.ts';

/** What happens, one thing after the other. */
export interface PorchScript {
  wait(seconds: number): void;
  /** A whole visit, and how long the porch is empty after it. */
  visit(kind: VisitKind, pauseSeconds: number): void;
  change(change: Change): void;
}

const SIZE = { width: 640, height: 360 } as const;
const FPS = 10;
const SMALL_MS = 200;
/** When it begins, epoch ms. */
const BEGINS = Date.UTC(2026, 10, 22, 12);

/** All small pictures of a play. Rejects when ffmpeg fails. */
export async function playPorch(light: Light, play: (script: PorchScript) => void): Promise<SmallFrame[]> {
  const moments: { scene: Scene; ms: number }[] = [];
  let scene: Scene = { ...EMPTY_SCENE, surroundings: { light, raining: false } };
  let now = 0;
  const wait = (seconds: number) => {
    for (const end = now + seconds * 1000; now < end; now += 1000 / FPS) moments.push({ scene, ms: now });
  };
  play({
    wait,
    visit(kind, pauseSeconds) {
      for (const act of VISITS[kind]) {
        scene = begin(scene, act, now);
        wait(ACT_MS[act] / 1000);
      }
      wait(pauseSeconds);
    },
    change(change) {
      scene = { ...scene, surroundings: changed(scene.surroundings, change, now) };
    },
  });
  const painter = createPainter({ ...SIZE, name: 'Front door' });
  const pictures = function* () {
    // The painter uses its buffer again.
    for (const { scene, ms } of moments)
      yield Buffer.from(painter.paint(momentAt(scene, ms), new Date(BEGINS + ms)));
  };
  return await asHubSees(pictures());
}

async function asHubSees(pictures: Iterable<Buffer>): Promise<SmallFrame[]> {
  const raw = ['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-framerate', `${FPS}`];
  const encoder = ffmpeg([
    ...[...raw, '-video_size', `${SIZE.width}x${SIZE.height}`, '-i', 'pipe:0'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', `${FPS * 2}`],
    ...['-b:v', '400k', '-maxrate', '400k', '-bufsize', '400k', '-f', 'matroska', 'pipe:1'],
  ]);
  const decoder = ffmpeg(['-i', 'pipe:0', '-vf', SMALL_FILTERS, '-f', 'yuv4mpegpipe', 'pipe:1']);
  const parser = new SmallParser();
  const frames: SmallFrame[] = [];
  decoder.stdout.on('data', (chunk: Buffer) => {
    for (const frame of parser.push(chunk)) frames.push({ ...frame, at: BEGINS + frames.length * SMALL_MS });
  });
  await Promise.all([
    pipeline(pictures, encoder.stdin),
    pipeline(encoder.stdout, decoder.stdin),
    once(decoder, 'close'),
  ]);
  if (parser.broken !== undefined || frames.length === 0)
    throw new Error(`The play cannot be decoded: ${parser.broken ?? 'no picture'}.`);
  return frames;
}

function ffmpeg(args: string[]) {
  const quiet = ['-hide_banner', '-loglevel', 'error'];
  return spawn('ffmpeg', [...quiet, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}
