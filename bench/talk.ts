/** Two-way talk: from a word into the phone to the word at the camera. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Closing } from '../plugin/system/closing.ts';
import { HomeKitController } from '../simulator/homekit/controller.ts';
import type { Simulator } from '../simulator/simulator-process.ts';
import { startHouse } from '../test/support/house.ts';
import { talkDelay } from '../test/support/spoken.ts';
import { CAMERA } from './doorway.ts';
import type { Group, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

const SAMPLES = 15;
/** Each begins a live view of its own, so that nothing is open yet. */
const FIRST_WORDS = 5;
/** Main and sub-stream. */
const READERS = 2;
const HERTZ = 1000;
const WORD_SECONDS = 0.5;
const PAUSE_MS = 500;

const WAY = 'Opus over SRTP from the phone, G.711 in the RTSP backchannel of the camera';
const ROWS: readonly RowSpec[] = [
  {
    name: 'talk-first-word',
    what: `from the first packet of the first word to its first packet at the camera, the decoder and the way there still to be opened, the median; ${WAY}`,
    unit: 'ms',
  },
  { name: 'talk-median', what: 'the same for words after it', unit: 'ms' },
  { name: 'talk-p95', what: 'the same, 95th percentile', unit: 'ms' },
];

export const talk: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const simulator = { ...CAMERA, backchannel: 'pcmu' } as const;
    const house = closing.use(await startHouse({ doorbells: [{ simulator }] }));
    const controller = closing.use(await HomeKitController.pair(house.target()));
    const [camera] = house.simulators;
    if (!camera) throw new Error('The house has no camera.');
    const firsts: number[] = [];
    for (let count = 0; count < FIRST_WORDS; count++) {
      await using phone = await controller.startLive();
      await phone.video.received(5);
      firsts.push(await talkDelay(phone, camera, HERTZ, WORD_SECONDS));
      await phone.stop();
      await hungUp(camera);
    }
    const first = summarize(firsts);
    const view = closing.use(await controller.startLive());
    await view.video.received(5);
    await talkDelay(view, camera, HERTZ, WORD_SECONDS);
    const samples: number[] = [];
    for (let count = 0; count < SAMPLES; count++) {
      await wait(PAUSE_MS);
      samples.push(await talkDelay(view, camera, HERTZ, WORD_SECONDS));
    }
    const { median, p95, count } = summarize(samples);
    return {
      'talk-first-word': { value: first.median, samples: first.count },
      'talk-median': { value: median, samples: count },
      'talk-p95': { value: p95, samples: count },
    };
  },
};

/** The talk has a session of its own; those of the reader stay. */
async function hungUp(camera: Simulator): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while ((await camera.state()).sessions.length > READERS) {
    if (deadline.aborted) throw new Error('The camera is still talked through.');
    await wait(50);
  }
}
