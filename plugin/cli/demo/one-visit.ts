import type { DoorstepEvent } from '../../../protocol/event.ts';
import { sleep, systemClock } from '../../system/clock.ts';
import { reason } from '../../system/problem.ts';
import type { DemoHouse } from './demo.ts';
import { witnessHomeKit } from './homekit-witness.ts';
import { eventLine, happeningOf, nodeRedHappening } from './narrator.ts';
import { HAPPENINGS, type Happening, type Sighting, visitReport, type Witness } from './visit-report.ts';
import { firstPicture, watchEvents } from './watch-events.ts';

/** The clip ends 10 s after the last motion, which ends some seconds after the visitor left. */
const PATIENCE_MS = 60_000;

/** Plays one visit and prints what each part saw. Returns 0 when each saw all that it can see, else 1. */
export async function playOneVisit(house: DemoHouse, print: (text: string) => void): Promise<number> {
  const { doorbell, apiUrl: url, token, status } = house;
  const [target] = status.homekit;
  const [camera] = status.cameras;
  if (!doorbell || !target || !camera) throw new Error('a visit needs the simulated doorbell');
  const sightings: Sighting[] = [];
  const saw = (witness: Witness) => (happening: Happening | undefined) => {
    if (happening) sightings.push({ witness, happening, at: Date.now() });
  };
  const clips: DoorstepEvent[] = [];
  await using _events = await watchEvents({ url, token }, (event) => {
    const line = eventLine(event);
    if (line) print(line);
    if (event.kind === 'clip') clips.push(event);
    saw('hub')(happeningOf(event));
  });
  house.onNodeRedLine((line) => saw('Node-RED')(nodeRedHappening(line)));
  await using homekit = await witnessHomeKit(target, saw('HomeKit'));
  const live = await firstPicture({ url, token }, camera.slug);
  const snapshot = await homekit.snapshot();

  const visit = await doorbell.visit();
  const report = () => visitReport({ arrive: visit.arrive, ring: visit.ring, leave: visit.gone }, sightings);
  const deadline = systemClock.monotonic() + PATIENCE_MS;
  while (!report().complete && systemClock.monotonic() < deadline) await sleep(systemClock, 200);

  const { lines, complete } = report();
  print(`\n${lines.join('\n')}\n`);
  print(
    `Live picture in the browser after ${Math.round(live)} ms, HomeKit snapshot (${snapshot.bytes} bytes) after ${Math.round(snapshot.ms)} ms.`,
  );
  const saved = await savedClip(house, clips.at(-1));
  print(saved.words);
  if (!complete) print(`\nNot every part saw all of it (${HAPPENINGS.length} things can be seen).`);
  return complete && saved.ok && snapshot.bytes > 0 ? 0 : 1;
}

/** Fetches the clip as the web app does, and finds its file. */
async function savedClip(
  { apiUrl, token }: DemoHouse,
  event: DoorstepEvent | undefined,
): Promise<{ ok: boolean; words: string }> {
  const id = event?.media?.clip?.id;
  if (!id) return { ok: false, words: 'No clip was recorded.' };
  try {
    const headers = { authorization: `Bearer ${token}` };
    const reply = await fetch(`${apiUrl}/api/v1/clips/${id}.mp4`, { headers });
    const bytes = (await reply.arrayBuffer()).byteLength;
    return { ok: reply.ok && bytes > 0, words: `Clip ${id}.mp4: ${(bytes / 2 ** 20).toFixed(1)} MiB.` };
  } catch (error) {
    return { ok: false, words: `The clip could not be fetched: ${reason(error)}` };
  }
}
