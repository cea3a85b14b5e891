import type { CameraInfo } from '../../../protocol/api.ts';
import type { PackageHere } from '../../../protocol/detection.ts';
import type { Moment } from '../moments.ts';

/** After so long nobody is asked any more whether it was them. */
export const ASK_FOR_MS = 60 * 60_000;

/** The parcels in front of one camera, as one card tells them. */
export interface ParcelsHere {
  camera: CameraInfo;
  count: number;
  /** Epoch ms, of the one that lies there longest. */
  since: number;
  /** All of them can be seen. */
  confirmed: boolean;
  /** Events that told of them, newest first; their pictures show them. */
  eventIds: string[];
}

/** A card for each camera with parcels in front of it. */
export function parcelsHere(cameras: readonly CameraInfo[]): ParcelsHere[] {
  return cameras
    .filter(({ packages }) => packages.length > 0)
    .map((camera) => ({
      camera,
      count: camera.packages.reduce((sum, { count }) => sum + count, 0),
      since: Math.min(...camera.packages.map(({ deliveredAt }) => deliveredAt)),
      confirmed: camera.packages.every(({ confirmed }) => confirmed),
      eventIds: camera.packages.toSorted(laterFirst).map(({ eventId }) => eventId),
    }));
}

/** Since when package events must be known to have the pictures of all that lies there, and what went within the hour. Epoch ms. */
export function eventsWantedFrom(cameras: readonly CameraInfo[], now: number): number {
  const came = cameras.flatMap(({ packages }) => packages.map(({ deliveredAt }) => deliveredAt));
  return Math.min(now - ASK_FOR_MS, ...came);
}

/** Removals of the last hour of which nobody has said who it was, newest first. */
export function removalsToAsk(moments: readonly Moment[], now: number): Moment[] {
  return moments.filter(
    ({ kind, phase, at, package: facts }) =>
      kind === 'package' && phase === 'removed' && facts?.verdict !== 'collected' && now - at < ASK_FOR_MS,
  );
}

const laterFirst = (a: PackageHere, b: PackageHere) => b.deliveredAt - a.deliveredAt;
