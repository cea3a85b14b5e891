import type { RecordingIndex } from './index/contract.ts';

/**
 * Until when it is known what there is of the continuous recording of a camera, in epoch ms: end of its last file, or of the last gap after it. Undefined
 * where there was never any.
 */
export function knownUntil(
  index: Pick<RecordingIndex, 'lastContinuousEnd' | 'gaps'>,
  camera: string,
  now: number,
): number | undefined {
  const end = index.lastContinuousEnd(camera);
  if (end === undefined) return undefined;
  const gaps = index.gaps({ camera, from: end, to: now });
  return Math.max(end, ...gaps.map(({ to }) => Math.min(to, now)));
}
