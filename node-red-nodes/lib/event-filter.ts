import type { DoorstepEvent, EventKind } from '../../protocol/event.ts';

export interface EventFilter {
  kind: EventKind;
  /** Camera ids; none means every camera. */
  cameras: readonly string[];
  /** Whether events count that were missed while there was no connection. */
  replay: boolean;
}

export function passes(event: DoorstepEvent, { kind, cameras, replay }: EventFilter): boolean {
  if (event.kind !== kind || (event.replay && !replay)) return false;
  return cameras.length === 0 || (event.camera !== undefined && cameras.includes(event.camera.id));
}

/** Reads the camera ids that the editor stored. */
export function readCameras(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string' && id !== '') : [];
}
