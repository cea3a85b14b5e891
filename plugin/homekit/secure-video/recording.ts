/** One recording, as the home hub pulls it: the header, then fragment after fragment. */
import type { RecordingPacket } from 'homebridge';
import { type Clock, sleep } from '../../system/clock.ts';
import { OUR_REASON } from './close-reason.ts';
import { isFull, mustGoBefore } from './fragment-length.ts';
import { EMPTY_PACKET, FragmentWriter } from './fragment-writer.ts';
import type { Gop } from './gop-cutter.ts';
import { isLastBeforeCap, pauseMs, SEND_BY_MS, STALL_MS } from './pacing.ts';
import type { Take, TakeReader } from './take.ts';

export interface RecordingOptions {
  take: Take;
  /** How far back from now it begins at least, in ms. */
  beginMs: number;
  /** Longest fragment, in ms. */
  fragmentMs: number;
  clock: Clock;
  /** Whether the Home app wants sound now. */
  soundWanted: () => boolean;
  /** Called before each fragment goes out. */
  onFragment: (seconds: number) => void;
  /** Called before the last packet goes out, with why we end it. */
  onEnd: (reason: string) => void;
  /** The hub has closed it: nothing more may go out. */
  signal: AbortSignal;
}

/** Groups for one fragment; `end` says why we send no more although the camera has not ended. */
interface Collected {
  gops: Gop[];
  end?: string;
}

interface SentFragment {
  at: number;
  lengthMs: number;
}

/** Ends with a packet that says so, unless the hub has closed the recording. */
export async function* record(options: RecordingOptions): AsyncGenerator<RecordingPacket, void, undefined> {
  const { take, beginMs, fragmentMs, clock, soundWanted, onFragment, onEnd, signal } = options;
  using reader = take.read(beginMs);
  const writer = new FragmentWriter(take);
  yield { data: take.init({ audio: soundWanted() }), isLast: false };
  let last: SentFragment | undefined;
  let sentMs = 0;
  while (!signal.aborted) {
    const collected = await collect(reader, last, options);
    await pause(last, options);
    if (signal.aborted) return;
    const gops = take.forgotten ? [] : collected.gops;
    const over = collected.end ?? reader.over;
    const lengthMs = lengthOf(gops);
    sentMs += lengthMs;
    const end = over ?? (isLastBeforeCap(sentMs, fragmentMs) ? OUR_REASON.longest : undefined);
    last = { at: clock.monotonic(), lengthMs };
    if (gops.length > 0) onFragment(lengthMs / 1000);
    if (end !== undefined) onEnd(end);
    const data = gops.length > 0 ? writer.write(gops, { audio: soundWanted() }) : EMPTY_PACKET;
    yield { data, isLast: end !== undefined };
    if (end !== undefined) return;
  }
}

/** Waits until there is enough for a fragment, or no longer. */
async function collect(
  reader: TakeReader,
  last: SentFragment | undefined,
  { fragmentMs, clock, signal }: RecordingOptions,
): Promise<Collected> {
  const gops: Gop[] = [];
  const begun = clock.monotonic();
  while (!signal.aborted) {
    for (let next = reader.next; next; next = reader.next) {
      const lengthMs = next.duration * 1000;
      if (mustGoBefore(lengthOf(gops), lengthMs, fragmentMs)) return { gops };
      reader.shift();
      gops.push(next);
      if (isFull(lengthOf(gops), lengthMs, fragmentMs)) return { gops };
    }
    if (reader.over !== undefined) return { gops };
    // The first fragment goes as it is: the hub waits for it.
    if (!last && gops.length > 0) return { gops };
    const silentMs = clock.monotonic() - (last?.at ?? begun);
    if (gops.length > 0 && silentMs >= SEND_BY_MS) return { gops };
    if (silentMs >= STALL_MS) return { gops, end: OUR_REASON.stalled };
    await change(reader, clock, (silentMs < SEND_BY_MS ? SEND_BY_MS : STALL_MS) - silentMs, signal);
  }
  return { gops };
}

/** Keeps to the pace while there is more to come; at the end there is no time for it, and little left. */
async function pause(last: SentFragment | undefined, { take, clock, signal }: RecordingOptions) {
  const ms = pauseMs(last && { lengthMs: last.lengthMs, agoMs: clock.monotonic() - last.at });
  if (ms > 0) await sleep(clock, ms, AbortSignal.any([signal, take.whenEnded]));
}

async function change(reader: TakeReader, clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  await reader.ready(sleep(clock, ms, AbortSignal.any([signal, woken.signal])));
  woken.abort();
}

/** In ms. */
const lengthOf = (gops: readonly Gop[]) => gops.reduce((sum, { duration }) => sum + duration * 1000, 0);
