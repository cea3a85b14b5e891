/** What the storage bench and its hub say to each other, a line of JSON each. */
import type { RecordingMode } from '../../plugin/recordings/recording-mode.ts';
import type { StorageInfo } from '../../protocol/api.ts';

/** The first line. */
export interface RigSetup {
  /** Takes the place of the Homebridge storage folder. */
  storage: string;
  /** RTSP address of the camera. */
  url: string;
  /** The same of its sub-stream, where it has one: then the main stream is copied and not decoded. */
  sub?: string;
  ffmpeg: string;
  /** `recordings` of the configuration. */
  recordings: object;
  /** What is recorded of the camera; absent: as `recordings` says. */
  record?: RecordingMode;
  /** Shorter than in life, so that a run sees many of them. */
  segmentMs: number;
  fileMs: number;
  /** How often it says something of itself, in ms. */
  tellMs: number;
}

export type RigOrder =
  | { do: 'ring' }
  /** The clock of the hub steps by so many ms. */
  | { do: 'step-clock'; ms: number }
  | { do: 'stop' };

/** What the hub says of itself, every `tellMs`. */
export interface RigState {
  /** Epoch ms by the machine's clock. */
  at: number;
  online: boolean;
  storage: StorageInfo;
  /** Length of all pictures since the camera was connected, by its own time, in ms. */
  picturesMs: number;
  residentMiB: number;
  /** Latest the event loop was, in ms, since the last line. */
  loopMs: number;
}
