/** HomeKit Secure Video: how long a home hub waits for the first fragment of a recording, and what keeping it ready costs. */
import { Closing } from '../plugin/system/closing.ts';
import { HomeKitController } from '../simulator/homekit/controller.ts';
import { HomeHub } from '../simulator/homekit/hub.ts';
import { type House, startHouse } from '../test/support/house.ts';
import { CAMERA, waitSome } from './doorway.ts';
import { observe, total } from './observe.ts';
import type { Group, Measured, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

const SAMPLES = { copied: 20, converted: 8 };
const PREBUFFER_MS = 4000;
const SECONDS = 20;

const ROWS: readonly RowSpec[] = [
  {
    name: 'secure-video-first-fragment-median',
    what: "HomeKit Secure Video, from a home hub's request to the last byte of the first fragment, 4 s of the past in 1280x720 with sound",
    unit: 'ms',
  },
  { name: 'secure-video-first-fragment-p95', what: 'the same, 95th percentile', unit: 'ms', target: 500 },
  {
    name: 'secure-video-armed-cpu',
    what: `a whole Homebridge while this camera is armed and nobody looks, its children included, over ${SECONDS} s`,
    unit: '% of a core',
  },
  { name: 'secure-video-armed-memory', what: 'the same, resident memory', unit: 'MiB' },
  {
    name: 'secure-video-converted-first-fragment-p95',
    what: 'the first fragment of a camera that must be encoded anew: a keyframe every 10 s, else the same (95th percentile)',
    unit: 'ms',
    target: 500,
  },
  { name: 'secure-video-converted-cpu', what: 'this camera, armed, nobody looks', unit: '% of a core' },
  { name: 'secure-video-converted-memory', what: 'the same, resident memory', unit: 'MiB' },
];

export const secureVideo: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const copied = await inAHouse(closing, CAMERA, SAMPLES.copied);
    const converted = await inAHouse(closing, { ...CAMERA, gopSeconds: 10 }, SAMPLES.converted);
    return {
      'secure-video-first-fragment-median': copied.median,
      'secure-video-first-fragment-p95': copied.p95,
      'secure-video-armed-cpu': copied.cpu,
      'secure-video-armed-memory': copied.memory,
      'secure-video-converted-first-fragment-p95': converted.p95,
      'secure-video-converted-cpu': converted.cpu,
      'secure-video-converted-memory': converted.memory,
    };
  },
};

async function inAHouse(
  closing: Closing,
  simulator: typeof CAMERA | (Omit<typeof CAMERA, 'gopSeconds'> & { gopSeconds: number }),
  samples: number,
): Promise<Record<'median' | 'p95' | 'cpu' | 'memory', Measured>> {
  const part = closing.use(new Closing());
  const house = part.use(await startHouse({ doorbells: [{ simulator }] }));
  const controller = part.use(await HomeKitController.pair(house.target()));
  const hub = new HomeHub(controller);
  await hub.arm({ width: 1280, height: 720, fps: 15, kbps: 2000 });
  const waits: number[] = [];
  for (let count = 0; count < samples; count++) {
    await ready(house);
    await waitSome(CAMERA.gopSeconds * 1000);
    await using recording = await hub.record();
    await recording.received(1);
    const [first] = recording.fragments;
    if (first) waits.push(first.atMs);
  }
  await ready(house);
  const [family] = await observe([house.homebridge.pid ?? 0], SECONDS);
  if (!family) throw new Error('Homebridge was not watched.');
  await part[Symbol.asyncDispose]();
  const { median, p95, count } = summarize(waits);
  return {
    median: { value: median, samples: count },
    p95: { value: p95, samples: count },
    cpu: { value: total(family, 'cpu'), samples: 1 },
    memory: { value: total(family, 'memory'), samples: 1 },
  };
}

/** Enough of the past is kept, and nobody records. */
function ready(house: House) {
  return house.homebridge.until(({ cameras: [camera] }) => {
    const { prebufferMs = 0, recording = true } = camera?.secureVideo ?? {};
    return !recording && prebufferMs >= PREBUFFER_MS;
  }, 'the past was kept for the home hub');
}
