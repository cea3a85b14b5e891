import { type Clock, sleep } from '../../system/clock.ts';
import type { Camera, StreamChoice } from '../contract.ts';
import type { StreamMeasure } from './facts.ts';
import { StreamMeter } from './stream-meter.ts';

/** Long enough for two keyframes of nearly every camera. The ring has most of it already. */
const ENOUGH_SECONDS = 10;
/** For keyframes further apart than that, and for cameras that have just been opened. */
const LONGEST_MS = 13_000;
/** More than any ring keeps. */
const ALL_KEPT_MS = 60_000;

/**
 * Measures what the hub reads of a camera anyway; no further session is opened. Ends when ten seconds with one whole group of pictures are
 * known, or after 13 s. Undefined when there were no pictures.
 */
export async function measureCamera(
  camera: Pick<Camera, 'watch'>,
  { clock, signal, stream = 'main' }: { clock: Clock; signal: AbortSignal; stream?: StreamChoice },
): Promise<StreamMeasure | undefined> {
  const meter = new StreamMeter();
  const enough = new AbortController();
  const ended = AbortSignal.any([signal, enough.signal]);
  void sleep(clock, LONGEST_MS, ended).then(() => enough.abort());
  try {
    for await (const item of camera.watch({ stream, agoMs: ALL_KEPT_MS, signal: ended })) {
      meter.push(item, clock.now());
      if (meter.seconds >= ENOUGH_SECONDS && meter.groups >= 1) break;
    }
  } finally {
    enough.abort();
  }
  return meter.result();
}
