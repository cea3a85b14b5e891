import type { CameraRef } from '../../../protocol/event.ts';
import { type Moment, type Sign, signOf } from '../moments.ts';

/** A moment on the day strip; `start` and `width` are shares of the day, 0 to 1. */
export interface StripMark {
  id: string;
  sign: Sign;
  start: number;
  width: number;
}

export interface StripRow {
  camera: CameraRef;
  marks: StripMark[];
}

/** A moment without an end of its own is drawn this long, in ms. */
const SHORTEST = 15_000;

/** The moments between two local midnights (epoch ms; not always 24 h apart), a row for each camera. */
export function stripRows(
  moments: readonly Moment[],
  cameras: readonly CameraRef[],
  dayStart: number,
  dayEnd: number,
): StripRow[] {
  const length = dayEnd - dayStart;
  const share = (at: number) => Math.min(1, Math.max(0, (at - dayStart) / length));
  return cameras.map((camera) => ({
    camera,
    marks: moments
      .filter((moment) => moment.camera?.id === camera.id && moment.at >= dayStart && moment.at < dayEnd)
      .map((moment) => {
        const end = moment.endedAt ?? moment.clip?.endedAt ?? moment.at + SHORTEST;
        const start = share(moment.at);
        return { id: moment.id, sign: signOf(moment), start, width: share(end) - start };
      }),
  }));
}
