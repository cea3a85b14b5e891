/** What the storage bench and its hub say to each other, a line of JSON each. */
import type { StorageInfo } from '../../protocol/api.ts';

/** The first line. */
export interface RigSetup {
  /** Takes the place of the Homebridge storage folder. */
  storage: string;
  /** RTSP address of the camera. */
  url: string;
  ffmpeg: string;
  /** `recordings` of the configuration. */
  recordings: object;
  /** Shorter than in life, so that a run sees many of them. */
  segmentMs: number;
  fileMs: number;
}

export type RigOrder =
  | { do: 'ring' }
  /** The clock of the hub steps by so many ms. */
  | { do: 'step-clock'; ms: number }
  | { do: 'stop' };

/** What the hub says of itself, several times a second. */
export interface RigState {
  /** Epoch ms by the machine's clock. */
  at: number;
  online: boolean;
  storage: StorageInfo;
  residentMiB: number;
  /** Latest the event loop was, in ms, since the last line. */
  loopMs: number;
}
