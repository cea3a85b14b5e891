import type { Box, SightInfo } from '../../../protocol/detection.ts';

/** The cells in which something moves, as an SVG path on a grid of `columns` by `rows`; cells side by side are one stroke. */
export function movingPath({ columns, cells }: SightInfo['motion']): string {
  return [...cells.matchAll(/1+/g)]
    .flatMap(({ index, 0: run }) => runsInRows(index, run.length, columns))
    .map(([x, y, length]) => `M${x} ${y}h${length}v1h-${length}z`)
    .join('');
}

/** A run of cells may go over the end of a row. */
function runsInRows(
  start: number,
  length: number,
  columns: number,
): [x: number, y: number, length: number][] {
  const runs: [number, number, number][] = [];
  for (let at = start; at < start + length; ) {
    const x = at % columns;
    const here = Math.min(columns - x, start + length - at);
    runs.push([x, Math.floor(at / columns), here]);
    at += here;
  }
  return runs;
}

/** As CSS. */
export function placeOf({
  left,
  top,
  right,
  bottom,
}: Box): Record<'left' | 'top' | 'width' | 'height', string> {
  const percent = (part: number) => `${Math.round(part * 10_000) / 100}%`;
  return {
    left: percent(left),
    top: percent(top),
    width: percent(right - left),
    height: percent(bottom - top),
  };
}
