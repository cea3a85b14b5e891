/** What services are called, and what the owner called them. */
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { TextFile } from '../system/text-file.ts';

/** HAP allows 64 bytes for a string (HomeKit Accessory Protocol specification, 6.3.3). */
const MAX_BYTES = 64;

/** The names that the owner gave to the services of one accessory in the Home app. */
export interface ServiceNames {
  get(subtype: string): string | undefined;
  set(subtype: string, name: string): void;
}

/** `Front door Privacy`; a long camera name is cut so that the rest is not. */
export function serviceName(cameraName: string, label: string): string {
  const room = MAX_BYTES - Buffer.byteLength(` ${label}`);
  let short = '';
  for (const letter of cameraName) {
    if (Buffer.byteLength(short + letter) > room) break;
    short += letter;
  }
  // HomeKit wants a letter or digit wherever a name ends, and our own cut is such a place.
  return `${short.replace(/[^\p{L}\p{N}]+$/u, '')} ${label}`;
}

/**
 * Keeps these names by camera id, because Homebridge keeps nothing of an accessory that is not part of its bridge. Never throws: a
 * name that is lost is a default name again.
 */
export function openServiceNames(file: TextFile, log: Log): (cameraId: string) => ServiceNames {
  const kept = readNames(file, log);
  const keep = () => {
    try {
      file.write(`${JSON.stringify(kept, null, 2)}\n`);
    } catch (error) {
      log.warn(`A name given in the Home app is forgotten at the next restart: ${reason(error)}`);
    }
  };
  return (cameraId) => ({
    get: (subtype) => kept[cameraId]?.[subtype],
    set(subtype, name) {
      if (kept[cameraId]?.[subtype] === name) return;
      kept[cameraId] = { ...kept[cameraId], [subtype]: name };
      keep();
    },
  });
}

type NamesByCamera = Record<string, Record<string, string>>;

function readNames(file: TextFile, log: Log): NamesByCamera {
  try {
    const text = file.read();
    const held: unknown = text === undefined ? {} : JSON.parse(text);
    const cameras = Object.entries(held as object).map(([id, names]) => [id, onlyTexts(names)]);
    return Object.assign(Object.create(null), Object.fromEntries(cameras));
  } catch (error) {
    log.warn(`Names given in the Home app are forgotten: ${reason(error)}`);
    return Object.create(null);
  }
}

function onlyTexts(names: unknown): Record<string, string> {
  const texts = Object.entries((names ?? {}) as object).filter(([, name]) => typeof name === 'string');
  return Object.fromEntries(texts);
}
