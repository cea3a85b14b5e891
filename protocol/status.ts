/** What `doorstep status --json` prints: the hub as it runs, for people at a terminal and for scripts. */
import type { CameraInfo, Problem, StorageInfo } from './api.ts';

/** `username`, `port` and the set-up fields are absent until the accessory is published and listens. */
export interface HomeKitStatus {
  name: string;
  /** HAP's device id, `AA:BB:CC:DD:EE:FF`; of the bridge when it is bridged. */
  username?: string;
  /** TCP port of the accessory, or of its bridge. */
  port?: number;
  /** `031-45-154` */
  setupCode?: string;
  /** `X-HM://…`, the text of the QR code. */
  setupUri?: string;
  paired: boolean;
  standalone: boolean;
}

export interface HubStatus {
  running: boolean;
  version: string;
  pid: number;
  /** Epoch ms of this picture of the hub. */
  at: number;
  api?: { url: string; port: number };
  cameras: (CameraInfo & { webhooks: { ring: string; motion: string } })[];
  homekit: HomeKitStatus[];
  storage?: StorageInfo;
  problems: Problem[];
}
