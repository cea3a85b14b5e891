/** What hub and watcher say to each other: the headers of frames (`plugin/system/frames.ts`). */
import type { Problem } from '../../../protocol/api.ts';
import type { SightInfo } from '../../../protocol/detection.ts';
import type { DetectorConfig } from '../../config.ts';
import type { SightOptions } from '../contract.ts';
import type { NewsHeader } from './news-wire.ts';

export interface WatcherSetup {
  detector: DetectorConfig;
  /** Homebridge's storage folder, where the owner may have installed a runtime. */
  storagePath: string;
}

/** A camera that is open, by the number of its opening: what belongs to an earlier one of the same camera is not mistaken. */
type OfCamera = { camera: number };

export type ToWatcher =
  /** Comes first. */
  | ({ type: 'setup' } & WatcherSetup)
  | ({ type: 'open'; options: SightOptions } & OfCamera)
  | ({ type: 'configure'; options: SightOptions } & OfCamera)
  /** Answered by `forgotten`. */
  | ({ type: 'forget' } & OfCamera)
  | ({ type: 'gone'; packageIds: readonly string[] } & OfCamera)
  | ({ type: 'close' } & OfCamera)
  /** Payload: the three planes. `skipped`: so many pictures were dropped before it, because the watcher was behind. */
  | ({ type: 'frame'; width: number; height: number; at: number; skipped: number } & OfCamera)
  | ({ type: 'info'; call: number } & OfCamera)
  | { type: 'ping' };

export type FromWatcher =
  /** A picture of this camera has been looked through; the next may come. */
  | ({ type: 'taken' } & OfCamera)
  /** What it tells from now on of this camera has nothing of what was to be forgotten. */
  | ({ type: 'forgotten' } & OfCamera)
  /** What keeps the pictures of this camera from being looked through, from now on; absent when nothing does. */
  | ({ type: 'stumbled'; problem?: Problem } & OfCamera)
  /** Payload: the pictures that belong to it, one after the other. */
  | ({ type: 'news'; news: NewsHeader } & OfCamera)
  | { type: 'info'; call: number; info?: SightInfo }
  | { type: 'pong' }
  /** For the hub's log. */
  | { type: 'warning'; line: string }
  /** What keeps it from recognising people, from now on; absent when nothing does. */
  | { type: 'detector'; problem?: Problem };
