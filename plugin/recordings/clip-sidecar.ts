import { readFile, rename, writeFile } from 'node:fs/promises';
import type { ClipInfo } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { PART } from './layout.ts';

/** The JSON file beside each clip: all that is known of it, readable without us. */
export interface Sidecar extends ClipInfo {
  schema: 1;
  /** The event that opened the clip. */
  event?: DoorstepEvent;
  /** Of the finished file. */
  sha256?: string;
}

/** Writes it whole or not at all. */
export async function writeSidecar(path: string, sidecar: Sidecar): Promise<void> {
  await writeFile(path + PART, `${JSON.stringify(sidecar, null, 2)}\n`, { mode: 0o640, flush: true });
  await rename(path + PART, path);
}

/** What the index and the API have of it. */
export function infoOf({ schema: _, event: __, sha256: ___, ...info }: Sidecar): ClipInfo {
  return info;
}

/** Reads one back; undefined when it is missing or was not written by us. */
export async function readSidecar(path: string): Promise<Sidecar | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isSidecar(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSidecar(value: unknown): value is Sidecar {
  const { schema, id, camera, kind, eventIds, startedAt, endedAt, bytes, state } = (value ?? {}) as Partial<
    Record<keyof Sidecar, unknown>
  >;
  const { id: cameraId, name, slug } = (camera ?? {}) as Record<string, unknown>;
  return (
    schema === 1 &&
    [id, cameraId, name, slug, kind].every((text) => typeof text === 'string') &&
    (state === 'recording' || state === 'ready') &&
    [startedAt, endedAt, bytes].every((number) => Number.isSafeInteger(number)) &&
    Array.isArray(eventIds) &&
    eventIds.every((eventId) => typeof eventId === 'string')
  );
}
