/** The process that looks at pictures, as the hub sees it. */

import type { Problem } from '../../../protocol/api.ts';
import type { SightInfo } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import type { PackageNews, SightNews, SightOptions } from '../contract.ts';

/** A small picture as it is kept: PNG. */
export interface Picture {
  width: number;
  height: number;
  png: Uint8Array;
}

/** The crops of news, made PNG by the watcher, so that the hub need not. None that may not be shown any more. */
type WithPictures<N> = N extends { crop?: unknown }
  ? Omit<N, 'crop'> & { picture?: Picture }
  : N extends PackageNews
    ? Omit<N, 'before' | 'after'> & { before?: Picture; after?: Picture }
    : N;

export type WatcherNews =
  | WithPictures<SightNews>
  /** A camera's eyes begin: with what they remembered, or anew. Whoever was there is forgotten; of packages they know these. */
  | { type: 'begun'; packageIds: readonly string[] };

/** One camera in the watcher. Disposing it ends its news at once. */
export interface WatchedCamera extends Disposable {
  /** Hands a picture over; never waits. While the watcher is behind, only the newest picture of a camera waits. */
  push(frame: SmallFrame): void;
  /** Takes effect with the next picture; kept for a watcher that had to be started again. */
  configure(options: SightOptions): void;
  /**
   * Nothing that was seen until now may be shown any more: pictures and looks that wait are dropped, the eyes let go of what they keep,
   * and news of what was seen before come without pictures.
   */
  forget(): void;
  /**
   * The household or the camera said that these packages are gone. Nothing is kept for a watcher that is not there: when it has `begun`,
   * it says which it knows.
   */
  gone(packageIds: readonly string[]): void;
  /** What it sees now; undefined while there is no watcher. Within a second. */
  info(): Promise<SightInfo | undefined>;
}

export interface Watcher extends AsyncDisposable {
  /**
   * Begins with a camera. News come in order. After a crash the watcher is started again, and the camera goes on with its newest options
   * and the newest `memory` that it told.
   */
  open(cameraId: string, options: SightOptions, onNews: (news: WatcherNews) => void): WatchedCamera;
  /** What keeps it from working, or from recognising people. */
  readonly problem: Problem | undefined;
}
