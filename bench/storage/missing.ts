/** What of the continuous recording is missing. Pure. */

/** Epoch ms. */
export interface Stretch {
  from: number;
  to: number;
}

/** From the start of a hub to its end. */
export interface HubRun {
  /** Its recordings, in the order in which they were begun. */
  recordings: readonly string[];
  /** Length of the pictures that it had from the camera, by the camera's own time, in ms. */
  picturesMs: number;
}

/**
 * The longest stretch of a run that is not there, in ms: a hole between two segments, as while the camera was away; or how much more the hub
 * had seen than was found of it, as after a kill. The time between two runs is nobody's.
 *
 * @param segments of the continuous recordings, in order
 */
export function longestMissing(
  runs: readonly HubRun[],
  segments: ReadonlyMap<string, readonly Stretch[]>,
): number {
  const missing = runs.flatMap(({ recordings, picturesMs }) => {
    const found = recordings.flatMap((id) => segments.get(id) ?? []);
    const length = found.reduce((sum, { from, to }) => sum + to - from, 0);
    // A clock that was set back makes a hole of less than nothing.
    const holes = found.slice(1).map(({ from }, index) => from - (found[index]?.to ?? from));
    return [picturesMs - length, ...holes];
  });
  return Math.max(0, ...missing);
}
