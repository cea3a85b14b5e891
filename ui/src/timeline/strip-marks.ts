import type { FootageSpan, Gap } from '../../../protocol/api.ts';
import type { CameraRef, GapReason } from '../../../protocol/event.ts';
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

/** A stretch of the day strip; `start` and `width` are shares of the day, 0 to 1. Times are epoch ms. */
export interface StripStretch {
  from: number;
  to: number;
  start: number;
  width: number;
}

/** Files of continuous recording follow each other this closely, in ms; the strip shows them as one. */
const SEAM = 2_000;

/** Continuous footage between two times (epoch ms), as few stretches as there are. */
export function stripFootage(
  spans: readonly FootageSpan[],
  dayStart: number,
  dayEnd: number,
): StripStretch[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of spans.filter(({ kind }) => kind === 'continuous')) {
    const last = joined.at(-1);
    if (last && from - last.to <= SEAM) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined.flatMap((span) => stretchOf(span, dayStart, dayEnd) ?? []);
}

/** The gaps between two times (epoch ms), each with its reason. */
export function stripGaps(
  gaps: readonly Gap[],
  dayStart: number,
  dayEnd: number,
): (StripStretch & { reason: GapReason })[] {
  return gaps.flatMap((gap) => {
    const stretch = stretchOf(gap, dayStart, dayEnd);
    return stretch ? [{ ...stretch, reason: gap.reason }] : [];
  });
}

function stretchOf(
  { from, to }: { from: number; to: number },
  dayStart: number,
  dayEnd: number,
): StripStretch | undefined {
  if (to <= dayStart || from >= dayEnd) return undefined;
  const [first, last] = [Math.max(from, dayStart), Math.min(to, dayEnd)];
  const length = dayEnd - dayStart;
  return { from, to, start: (first - dayStart) / length, width: (last - first) / length };
}

const HOURS = [0, 6, 12, 18, 24] as const;

/** Where the hours of a local day are written: on the days on which the clocks change they are not a quarter apart. Shares of the day. */
export function stripHours(dayStart: number, dayEnd: number): { hour: number; at: number }[] {
  return HOURS.map((hour) => ({
    hour,
    at: (new Date(dayStart).setHours(hour) - dayStart) / (dayEnd - dayStart),
  }));
}
