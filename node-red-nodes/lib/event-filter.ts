import type { DoorstepEvent } from '../../protocol/event.ts';

export interface EventFilter {
  /** `motion`, or with its phase `motion/start`; none means everything. */
  subjects: readonly string[];
  /** Camera ids; none means every camera. */
  cameras: readonly string[];
  /** Whether events count that were missed while there was no connection. */
  replay: boolean;
  /** Whether events count that were set off to try things out. Default true. */
  tests?: boolean;
}

export function passes(
  event: DoorstepEvent,
  { subjects, cameras, replay, tests = true }: EventFilter,
): boolean {
  if ((event.replay && !replay) || (event.test && !tests)) return false;
  const { kind, phase, camera } = event;
  const named = subjects.includes(kind) || subjects.includes(`${kind}/${phase}`);
  if (subjects.length > 0 && !named) return false;
  return cameras.length === 0 || (camera !== undefined && cameras.includes(camera.id));
}

/** Reads the camera ids that the editor stored. */
export function readCameras(stored: unknown): string[] {
  return readNames(stored);
}

/** Reads what the editor stored of several to choose from. What is unknown here stays, so that it does not come to mean everything. */
export function readNames(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((name) => typeof name === 'string' && name !== '') : [];
}
