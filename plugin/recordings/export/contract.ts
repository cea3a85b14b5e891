/** Footage in forms to take along. Nothing leaves by itself: each is made when somebody of the household asks. */
import type { ExportInfo } from '../../../protocol/api.ts';
import type { MediaFile } from '../contract.ts';

export interface FootageExports extends AsyncDisposable {
  /**
   * The stretch as one MP4, as the camera sent it, from the last keyframe at or before `from`; nothing is encoded, and nothing but the parts that are asked
   * for is read. Rejects with a `ProblemError`: `no-footage`, `picture-changed` (two formats in one stretch), `too-long` (over 6 h).
   */
  range(query: { camera: string; from: number; to: number }): Promise<MediaFile & { fileName: string }>;
  /**
   * Every recording, picture and sidecar of one day (`2026-11-22`, the household's) as a ZIP, stored without compression. Rejects with a `ProblemError`:
   * `no-footage`.
   */
  day(query: {
    camera: string;
    day: string;
  }): Promise<{ fileName: string; bytes: number; stream: NodeJS.ReadableStream }>;
  /** Begins an exact cut (encoded anew) or a timelapse of a day; one at a time is worked on. Throws a `ProblemError`: `no-footage`, `too-many-exports`. */
  start(
    order:
      | { kind: 'range'; camera: string; from: number; to: number }
      | { kind: 'timelapse'; camera: string; day: string },
  ): ExportInfo;
  list(): ExportInfo[];
  get(id: string): ExportInfo | undefined;
  /** Undefined until it is ready. */
  open(id: string): Promise<MediaFile | undefined>;
  /** Ends the work on it and removes its file. */
  remove(id: string): Promise<void>;
}
