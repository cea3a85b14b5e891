/** Which camera a message is about, by the settings of the node. */
import type { CameraInfo } from '../../protocol/api.ts';
import { type TypedInputPlace, typedValue } from './typed-value.ts';

export interface CameraSettings {
  /** Id of a camera of the hub, or the name of what holds one. */
  camera?: unknown;
  /** `all`, `message` (that of the message or of its event), `hub` (a fixed one), or `msg`, `flow`, `global`, `env`. */
  cameraType?: unknown;
}

/** `all`, the id or slug of one, or undefined where none is named. */
export async function chosenCamera(
  at: TypedInputPlace,
  { camera, cameraType }: CameraSettings,
  message: Record<string, unknown>,
): Promise<{ all: true } | { camera: string } | undefined> {
  if (cameraType === 'all') return { all: true };
  const named =
    cameraType === 'message' || cameraType === undefined
      ? (cameraOf(message.camera) ?? cameraOf(cameraOfEvent(message)))
      : cameraOf(await typedValue(at, { type: cameraType, value: camera }, message));
  return named === undefined ? undefined : { camera: named };
}

/** An id or a slug, or the `camera` of an event. */
function cameraOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim().slice(0, 128) || undefined;
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return typeof value.id === 'string' ? cameraOf(value.id) : undefined;
}

function cameraOfEvent({ event }: Record<string, unknown>): unknown {
  return typeof event === 'object' && event !== null && 'camera' in event ? event.camera : undefined;
}

/** What is known of it; undefined before the hub was connected first, and for what it does not have. */
export function knownCamera(cameras: readonly CameraInfo[], idOrSlug: string): CameraInfo | undefined {
  return cameras.find(({ id }) => id === idOrSlug) ?? cameras.find(({ slug }) => slug === idOrSlug);
}
