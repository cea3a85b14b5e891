/** HomeKit Secure Video: how long a home hub waits for the first fragment of a recording. */
import type { Closing } from '../plugin/system/closing.ts';
import { HomeKitController } from '../simulator/homekit/controller.ts';
import { HomeHub } from '../simulator/homekit/hub.ts';
import { startHouse } from '../test/support/house.ts';
import { CAMERA, waitSome } from './doorway.ts';
import type { Group, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

const SAMPLES = 20;
const PREBUFFER_MS = 4000;

const ROWS: readonly RowSpec[] = [
  {
    name: 'secure-video-first-fragment-median',
    what: "HomeKit Secure Video, from a home hub's request to the last byte of the first fragment, 4 s of the past in 1280x720 with sound",
    unit: 'ms',
  },
  { name: 'secure-video-first-fragment-p95', what: 'the same, 95th percentile', unit: 'ms', target: 500 },
];

export const secureVideo: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const house = closing.use(await startHouse({ doorbells: [{ simulator: CAMERA }] }));
    const controller = closing.use(await HomeKitController.pair(house.target()));
    const hub = new HomeHub(controller);
    await hub.arm({ width: 1280, height: 720, fps: 15, kbps: 2000 });
    const ready = () =>
      house.homebridge.until(({ cameras: [camera] }) => {
        const { prebufferMs = 0, recording = true } = camera?.secureVideo ?? {};
        return !recording && prebufferMs >= PREBUFFER_MS;
      }, 'the past was kept for the home hub');
    const samples: number[] = [];
    for (let count = 0; count < SAMPLES; count++) {
      await ready();
      await waitSome(CAMERA.gopSeconds * 1000);
      await using recording = await hub.record();
      await recording.received(1);
      const [first] = recording.fragments;
      if (first) samples.push(first.atMs);
    }
    const { median, p95, count } = summarize(samples);
    return {
      'secure-video-first-fragment-median': { value: median, samples: count },
      'secure-video-first-fragment-p95': { value: p95, samples: count },
    };
  },
};
