/**
 * `npm run eval:compose -- --people CLIP --photos DIR --out DIR`: makes deliveries and removals with known truth. People are cut out of a
 * clip in which they come one after another into a room that is also seen empty, packages and doorsteps out of photos with YOLO boxes.
 * The same seed makes the same clips. `npm run eval -- --clips DIR` looks at them.
 *
 * Options: `--count N` (default 48), `--seed N` (default 1).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import { evalFfmpeg } from '../clip-pictures.ts';
import { cutPeople } from './cut-people.ts';
import { type Doorstep, readDoorsteps } from './doorsteps.ts';
import { drawScript } from './draw.ts';
import { type Chance, chanceOf } from './random.ts';
import { type RawSize, rawPictures, writeClip } from './raw-pictures.ts';
import { actsOf, kindOf, type Script, staysOf, writeScript } from './script.ts';

/** Pictures a second: as many as detection looks at. */
const RATE = 5;
const CUT_SIZE: RawSize = { width: 640, height: 360 };

const { values: options } = parseArgs({
  options: {
    people: { type: 'string' },
    photos: { type: 'string' },
    out: { type: 'string' },
    count: { type: 'string', default: '48' },
    seed: { type: 'string', default: '1' },
  },
});
const { people: clip, photos, out } = options;
if (clip === undefined || photos === undefined || out === undefined) {
  console.error('Use: npm run eval:compose -- --people CLIP --photos DIR --out DIR');
  process.exitCode = 2;
} else await compose(clip, photos, out);

async function compose(clip: string, photos: string, out: string): Promise<void> {
  const ffmpeg = await evalFfmpeg();
  await mkdir(out, { recursive: true });
  const people = await cutPeople(rawPictures(ffmpeg, clip, CUT_SIZE, RATE), CUT_SIZE);
  const { doorsteps, parcels } = await readDoorsteps(photos);
  doorsteps.push(await emptyRoom(rawPictures(ffmpeg, clip, CUT_SIZE, RATE)));
  console.error(`${people.length} people, ${parcels.length} packages, ${doorsteps.length} doorsteps`);
  const clips: object[] = [];
  for (let number = 0; number < Number(options.count); number++) {
    const seed = Number(options.seed) * 1000 + number;
    const chance = chanceOf(seed + 500_000);
    const view = viewOf(chance.pick(doorsteps), chance);
    const script = writeScript(kindOf(number), seed, view.places);
    const file = `${String(number).padStart(2, '0')}-${script.kind}.mp4`;
    const props = { doorstep: view.canvas, people, parcels };
    await writeClip(ffmpeg, join(out, file), view.canvas, drawScript(script, props, RATE), {
      rate: RATE,
      filters: cameraFilters(script),
      crf: script.crf,
    });
    clips.push(truthOf(file, script, view.name));
    // After each clip, so that what there is can be used while the rest is made.
    await writeFile(join(out, 'truth.json'), `${JSON.stringify({ clips }, null, 1)}\n`);
    console.error(`${file}: ${view.name}, ${script.length.toFixed(0)} s`);
  }
}

/** The first picture of the clip, with places on its floor. */
async function emptyRoom(pictures: AsyncIterable<Buffer>): Promise<Doorstep> {
  const canvas = createCanvas(CUT_SIZE.width, CUT_SIZE.height);
  const context = canvas.getContext('2d');
  for await (const picture of pictures) {
    const image = context.createImageData(canvas.width, canvas.height);
    image.data.set(picture);
    context.putImageData(image, 0, 0);
    break;
  }
  return { name: 'room', canvas, places: [0.2, 0.4, 0.8].map((x) => ({ x, y: 0.85 })) };
}

/** All of a photo, or a wide part of it around the places. */
function viewOf({ name, canvas, places }: Doorstep, chance: Chance): Doorstep & { canvas: Canvas } {
  const shape = canvas.width / canvas.height;
  const isWide = shape < 1.5 && chance.happens(0.5);
  const high = isWide ? (shape * 9) / 16 : 1;
  const lowest = Math.max(...places.map(({ y }) => y));
  const top = Math.max(0, Math.min(1 - high, lowest - high * 0.82));
  const width = isWide || shape > 1 ? 640 : 480;
  const height = 2 * Math.round(((width / shape) * high) / 2);
  const view = createCanvas(width, height);
  view
    .getContext('2d')
    .drawImage(canvas, 0, top * canvas.height, canvas.width, high * canvas.height, 0, 0, width, height);
  return { name, canvas: view, places: places.map(({ x, y }) => ({ x, y: (y - top) / high })) };
}

/** A sensor's grain, and light that is never quite the same. */
function cameraFilters({ noise, gray }: Script): string {
  const drift = "eq=brightness='0.012*sin(2*PI*t/19)+0.006*sin(2*PI*t/5.3)':eval=frame";
  return [drift, ...(gray ? ['hue=s=0', 'eq=contrast=0.85'] : []), `noise=alls=${noise}:allf=t`].join(',');
}

function truthOf(file: string, script: Script, doorstep: string): object {
  const round = (seconds: number) => Number(seconds.toFixed(2));
  return {
    file,
    package: actsOf(script).map(({ at, phase }) => ({ at: round(at), phase })),
    people: staysOf(script).map(({ from, to }) => ({ from: round(from), to: round(to) })),
    note: `composed: ${script.kind} at ${doorstep}${script.gray ? ', gray' : ''}${script.leaves ? ', leaves' : ''}${script.clouds ? ', clouds' : ''}`,
  };
}
