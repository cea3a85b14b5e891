/** Footage in forms to take along. Nothing leaves by itself: each is made when somebody of the household asks. */
import type { ExportInfo } from '../../../protocol/api.ts';
import type { MediaFile } from '../contract.ts';

/**
 * A day: its name (`2026-11-22`), and from when to when it is where the person is who asks, epoch ms. Without the times it is that of this
 * machine.
 */
export type AskedDay = { day: string } & ({ from: number; to: number } | { from?: never; to?: never });

/** A picture out of a recording. */
export interface FootageStill {
  jpeg: Buffer;
  /** Epoch ms: that of the keyframe at or before the moment that was asked for. */
  takenAt: number;
}

export interface FootageExports extends AsyncDisposable {
  /**
   * The stretch as one MP4, as the camera sent it, from the last keyframe at or before `from`; nothing is encoded, and nothing but the parts that are asked
   * for is read. Rejects with a `ProblemError`: `no-footage`, `picture-changed` (two formats in one stretch), `too-long` (over 6 h).
   */
  range(query: { camera: string; from: number; to: number }): Promise<MediaFile & { fileName: string }>;
  /**
   * The keyframe at or before `at` (epoch ms), no wider than `width` pixels. One at a time is looked up. Rejects with a `ProblemError`: `no-footage`,
   * `too-many-stills`, `still-too-slow`; or with the signal's reason when it aborts.
   */
  still(query: { camera: string; at: number; width?: number; signal: AbortSignal }): Promise<FootageStill>;
  /**
   * Every recording that began on one day, with picture and sidecar, as a ZIP, stored without compression; one at a time is sent. Rejects with a
   * `ProblemError`: `no-footage`, `too-many-exports`.
   */
  day(
    query: { camera: string } & AskedDay,
  ): Promise<{ fileName: string; bytes: number; stream: NodeJS.ReadableStream }>;
  /**
   * Begins an exact cut (encoded anew) or a timelapse of a day; one at a time is worked on, and ended with `export-disk-full` before it takes the room in
   * which recordings wait. Throws a `ProblemError`: `no-footage`, `too-many-exports`.
   */
  start(
    order:
      | { kind: 'range'; camera: string; from: number; to: number }
      | ({ kind: 'timelapse'; camera: string } & AskedDay),
  ): ExportInfo;
  list(): ExportInfo[];
  get(id: string): ExportInfo | undefined;
  /** Undefined until it is ready. */
  open(id: string): Promise<MediaFile | undefined>;
  /** Ends the work on it and removes its file. */
  remove(id: string): Promise<void>;
}
