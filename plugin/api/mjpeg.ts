import { SNAPSHOT_HEADERS } from '../../protocol/api.ts';
import type { Camera, Still } from '../camera/contract.ts';
import { type Clock, sleep } from '../system/clock.ts';
import { ProblemError } from '../system/problem.ts';

const BOUNDARY = 'doorstep-still';

export const MJPEG_TYPE = `multipart/x-mixed-replace; boundary=${BOUNDARY}`;

/** At most 5 pictures a second. */
const INTERVAL_MS = 200;

export interface MjpegOptions {
  width?: number;
  height?: number;
  clock: Clock;
  /** Asked before each picture; false ends the stream. */
  goesOn: () => boolean;
  /** Ends the stream. */
  signal: AbortSignal;
}

/** The parts of a `multipart/x-mixed-replace` body, one for each new picture; the reader sets the pace. */
export async function* mjpegParts(camera: Camera, options: MjpegOptions): AsyncGenerator<Buffer> {
  const { clock, goesOn, signal, ...size } = options;
  let last: Still | undefined;
  while (!signal.aborted && goesOn()) {
    const still = await camera.snapshot({ ...size, maxAgeMs: INTERVAL_MS }).catch(noneNow);
    if (still && still.takenAt !== last?.takenAt) yield part(still, clock.now());
    last = still;
    await sleep(clock, INTERVAL_MS, signal);
  }
}

/** While its masks change, a camera has no picture for a moment. */
function noneNow(error: unknown): undefined {
  if (!(error instanceof ProblemError)) throw error;
}

function part({ jpeg, takenAt }: Still, now: number): Buffer {
  const headers = [
    `--${BOUNDARY}`,
    'Content-Type: image/jpeg',
    `Content-Length: ${jpeg.length}`,
    `${SNAPSHOT_HEADERS.takenAt}: ${takenAt}`,
    `${SNAPSHOT_HEADERS.ageMs}: ${Math.max(0, now - takenAt)}`,
  ];
  const head = `${headers.join('\r\n')}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]);
}
