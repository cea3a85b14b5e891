import { API_PREFIX, type ClipsReply } from '../../../protocol/api.ts';
import type { SightReply } from '../../../protocol/detection.ts';
import type { DoorstepEvent } from '../../../protocol/event.ts';
import { ACT_MS } from '../../../simulator/scene/scene-state.ts';
import type { Simulator } from '../../../simulator/simulator-process.ts';
import { sleep, systemClock } from '../../system/clock.ts';
import { reason } from '../../system/problem.ts';
import type { DemoHouse } from './demo.ts';
import { witnessHomeKit } from './homekit-witness.ts';
import { createNarrator, happeningsOf, nodeRedHappening } from './narrator.ts';
import {
  type AtTheDoor,
  HAPPENINGS,
  type Happening,
  type Sighting,
  visitReport,
  type Witness,
} from './visit-report.ts';
import { firstPicture, watchEvents } from './watch-events.ts';

/** The clip ends 10 s after the last motion, which ends some seconds after the visitor left. */
const PATIENCE_MS = 60_000;
/** The parcel is known some seconds after its courier has left. */
const PACKAGE_PATIENCE_MS = 20_000;
/** The model is loaded by then, or never. */
const EYES_PATIENCE_MS = 30_000;
/** How long the porch is empty at least between the visits. */
const PAUSE_MS = 6000;

/** Has a parcel come and go, and prints what each part saw. Returns 0 when each saw all that it can see, else 1. */
export async function playVisits(house: DemoHouse, print: (text: string) => void): Promise<number> {
  const { doorbell, apiUrl: url, token, status } = house;
  const [target] = status.homekit;
  const [camera] = status.cameras;
  if (!doorbell || !target || !camera) throw new Error('a visit needs the simulated doorbell');
  const sightings: Sighting[] = [];
  const saw = (witness: Witness) => (happening: Happening | undefined) => {
    if (happening) sightings.push({ witness, happening, at: Date.now() });
  };
  const told: DoorstepEvent[] = [];
  const tell = createNarrator();
  await using _events = await watchEvents({ url, token }, (event) => {
    const line = tell(event);
    if (line) print(line);
    told.push(event);
    for (const happening of happeningsOf(event)) saw('hub')(happening);
  });
  house.onNodeRedLine((line) => saw('Node-RED')(nodeRedHappening(line)));
  await using homekit = await witnessHomeKit(target, saw('HomeKit'));
  const live = await firstPicture({ url, token }, camera.slug);
  const snapshot = await homekit.snapshot();

  await until(() => eyesAreOpen(house, camera.slug), EYES_PATIENCE_MS);

  const door = await bringAndTake(doorbell, () =>
    sightings.some(({ happening }) => happening === 'delivered'),
  );
  const report = () => visitReport(door, sightings);
  await until(() => report().complete, PATIENCE_MS);

  const { lines, complete } = report();
  print(`\n${lines.join('\n')}\n`);
  print(
    `Live picture in the browser after ${Math.round(live)} ms, HomeKit snapshot (${snapshot.bytes} bytes) after ${Math.round(snapshot.ms)} ms.`,
  );
  const packages = told.filter(({ kind }) => kind === 'package');
  const saved = await savedClips(house, packages);
  print(saved.words);
  if (!complete) print(`\nNot every part saw all of it (${HAPPENINGS.length} things can be seen).`);
  return complete && saved.ok && snapshot.bytes > 0 ? 0 : 1;
}

/** A courier brings a parcel; when it is `known`, or after some patience, somebody else takes it. */
async function bringAndTake(doorbell: Simulator, known: () => boolean): Promise<AtTheDoor> {
  const bring = await doorbell.visit('deliver');
  await Promise.all([sleep(systemClock, PAUSE_MS), until(known, PACKAGE_PATIENCE_MS)]);
  const take = await doorbell.visit('take');
  return {
    ...{ arrive: bring.arrive, ring: bring.ring, empty: take.gone },
    // It changes hands in the middle of these acts.
    put: bring.deliver + ACT_MS.deliver / 2,
    taken: take.take + ACT_MS.take / 2,
  };
}

/** Whether detection has seen pictures, and knows people. */
async function eyesAreOpen(house: DemoHouse, camera: string): Promise<boolean> {
  const reply = await ask(house, `cameras/${camera}/sight`);
  const { sight } = reply.ok ? ((await reply.json()) as SightReply) : {};
  return sight?.model !== undefined && sight.at > 0;
}

function ask({ apiUrl, token }: DemoHouse, path: string): Promise<Response> {
  return fetch(`${apiUrl}${API_PREFIX}/${path}`, { headers: { authorization: `Bearer ${token}` } });
}

async function until(condition: () => boolean | Promise<boolean>, patienceMs: number): Promise<void> {
  const deadline = systemClock.monotonic() + patienceMs;
  while (!(await condition()) && systemClock.monotonic() < deadline) await sleep(systemClock, 200);
}

/** Finds the clips that show the package events, and fetches them as the web app does. */
async function savedClips(
  house: DemoHouse,
  packages: readonly DoorstepEvent[],
): Promise<{ ok: boolean; words: string }> {
  try {
    const { clips } = (await (await ask(house, 'clips')).json()) as ClipsReply;
    const shown = clips.filter(({ eventIds }) => packages.some(({ id }) => eventIds.includes(id)));
    const sizes = await Promise.all(
      shown.map(async ({ id }) => {
        const reply = await ask(house, `clips/${id}.mp4`);
        const bytes = reply.ok ? (await reply.arrayBuffer()).byteLength : 0;
        return { bytes, words: `Clip ${id}.mp4: ${(bytes / 2 ** 20).toFixed(1)} MiB.` };
      }),
    );
    const inClips = packages.filter(({ id }) => shown.some(({ eventIds }) => eventIds.includes(id))).length;
    const words = `${inClips} of ${packages.length} package events are in clips.`;
    return {
      ok: inClips > 0 && inClips === packages.length && sizes.every(({ bytes }) => bytes > 0),
      words: [...sizes.map((size) => size.words), words].join('\n'),
    };
  } catch (error) {
    return { ok: false, words: `The clips could not be fetched: ${reason(error)}` };
  }
}
