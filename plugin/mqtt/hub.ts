/** What MQTT is told of the hub, and may ask of it. */
import type { ActionDetails, CameraAction, CameraInfo } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { Still } from '../camera/contract.ts';
import type { StorageSource } from '../recordings/follow-storage.ts';

/** A camera as it is now. `privacy` is true as soon as it is switched on, and until it is over. */
export type ToldCamera = Pick<
  CameraInfo,
  'id' | 'name' | 'slug' | 'kind' | 'online' | 'packages' | 'armed' | 'snoozedUntil' | 'privacy'
>;

export interface ToldHub {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  cameras(): readonly ToldCamera[];
  /** Each new event, as published; the returned function ends it. */
  subscribe(listener: (event: DoorstepEvent) => void): () => void;
  /** Calls back when something was switched at a camera (id); the returned function ends it. */
  onSwitched(listener: (cameraId: string) => void): () => void;
  /** Calls back when no picture of a camera (id) that was taken until now may be shown any more; the returned function ends it. */
  onForget(listener: (cameraId: string) => void): () => void;
  /** Newest picture. Rejects with a `ProblemError` when there is none. */
  snapshot(cameraId: string): Promise<Still>;
  /** Best picture of the visit that is under way, or has just been. */
  bestStill(cameraId: string): Still | undefined;
  /** Resolves when it is done. Rejects with a `ProblemError`. */
  act(cameraId: string, action: CameraAction, details: ActionDetails): Promise<void>;
  readonly storage: StorageSource;
}
