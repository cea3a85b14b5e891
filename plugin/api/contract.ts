/** What the API needs from the hub; `plugin/hub/hub.ts` hands it in. */
import type { HealthInfo, TriggerKind } from '../../protocol/api.ts';
import type { Camera } from '../camera/contract.ts';
import type { EventSource } from '../events/contract.ts';
import type { ClipSource } from '../recordings/contract.ts';

export interface HubServices {
  readonly version: string;
  cameras(): readonly Camera[];
  readonly events: EventSource;
  readonly clips: ClipSource;
  health(): HealthInfo;
  /**
   * Makes a camera ring, or reports motion, as if the camera had said so. Returns the id of the event that it made or extended.
   */
  trigger(cameraId: string, kind: TriggerKind, options: { test: boolean }): string;
}
