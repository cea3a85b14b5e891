/** What the API needs from the hub; `plugin/hub/hub.ts` hands it in. */
import type {
  ActionDetails,
  CameraAction,
  CameraInfo,
  DoctorReport,
  FoundCamera,
  HealthInfo,
  TriggerKind,
} from '../../protocol/api.ts';
import type { Camera } from '../camera/contract.ts';
import type { DetectionOrders } from '../detection/orders.ts';
import type { EventSource } from '../events/contract.ts';
import type { ClipSource, StorageOrders } from '../recordings/contract.ts';
import type { FootageExports } from '../recordings/export/contract.ts';

export interface TriggerOptions {
  test: boolean;
  /** A camera says the same press twice, in two ways; who orders twice means two. */
  from: 'webhook' | 'order';
}

export interface HubServices {
  readonly version: string;
  cameras(): readonly Camera[];
  readonly events: EventSource;
  readonly clips: ClipSource;
  readonly storage: StorageOrders;
  readonly exports: FootageExports;
  readonly detection: DetectionOrders;
  health(): HealthInfo;
  /**
   * Makes a camera ring, or reports motion, as if the camera had said so. Returns the id of the event that it made or extended.
   */
  trigger(cameraId: string, kind: TriggerKind, options: TriggerOptions): string;
  /** What the hub knows of a camera beyond the camera's own state. */
  about(cameraId: string): Pick<CameraInfo, 'armed' | 'snoozedUntil' | 'secureVideo' | 'packages'>;
  /** Resolves when it is done. Rejects with a `ProblemError`. */
  act(cameraId: string, action: CameraAction, details?: ActionDetails): Promise<void>;
  /** Examines host and cameras, or one camera; takes several seconds. */
  examine(options: { cameraId?: string; signal: AbortSignal }): Promise<DoctorReport>;
  /** Searches the network for ONVIF cameras, for about 3 s. */
  discover(signal: AbortSignal): Promise<FoundCamera[]>;
}
