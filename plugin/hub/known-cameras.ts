/** Keeps `cameras.json`, so that a camera is the same accessory after each restart. */
import { readFileSync, renameSync } from 'node:fs';
import { ulid } from 'ulid';
import type { Problem } from '../../protocol/api.ts';
import type { CameraRef } from '../../protocol/event.ts';
import { identifyCameras, type KnownCamera, type NamedStream } from '../camera/identity.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { replacePrivate } from '../system/text-file.ts';
import { unwritable } from './storage-folder.ts';

/** Who each configured camera is, in their order. Never throws; `problem` when a new identity could not be kept. */
export function identify(
  path: string,
  configured: readonly NamedStream[],
  clock: Clock,
  log: Log,
): { refs: CameraRef[]; problem?: Problem } {
  const kept = readKnown(path, clock, log);
  const { refs, known } = identifyCameras(configured, kept.cameras, () => ulid());
  const text = `${JSON.stringify(known, null, 2)}\n`;
  try {
    if (text !== kept.text) replacePrivate(path, text, { durable: false });
    return { refs };
  } catch (error) {
    const meanwhile = 'New cameras may have to be added to HomeKit again after a restart.';
    return { refs, problem: unwritable(path, error, meanwhile) };
  }
}

/** A file that holds something else is moved aside, for a person to mend: the ids in it are what HomeKit knows. */
function readKnown(path: string, clock: Clock, log: Log): { text: string; cameras: KnownCamera[] } {
  try {
    const text = readFileSync(path, 'utf8');
    const cameras: unknown = JSON.parse(text);
    if (!Array.isArray(cameras)) throw new Error('it holds no list');
    return { text, cameras: cameras.filter(isKnownCamera) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') keepAside(path, error, clock, log);
    return { text: '', cameras: [] };
  }
}

function keepAside(path: string, error: unknown, clock: Clock, log: Log): void {
  const aside = `${path}.broken-${clock.now()}`;
  const what = `The list of cameras ${path} cannot be read (${reason(error)})`;
  try {
    renameSync(path, aside);
    log.error(`${what}; it was kept as ${aside}, and HomeKit sees new accessories.`);
  } catch {
    log.error(`${what}; HomeKit sees new accessories.`);
  }
}

function isKnownCamera(value: unknown): value is KnownCamera {
  const { id, name, stream } = (value ?? {}) as Partial<Record<keyof KnownCamera, unknown>>;
  return [id, name, stream].every((text) => typeof text === 'string' && text !== '');
}
