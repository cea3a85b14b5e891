/** What the household drew for each camera, kept over restarts. */
import { copyFileSync, linkSync, statSync } from 'node:fs';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { Problem } from '../../protocol/api.ts';
import type { Zones } from '../../protocol/detection.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { TextFile } from '../system/text-file.ts';
import { zoneFields } from './zones-schema.ts';

export interface CameraZones {
  readonly zones: Zones;
  /** Takes effect at once, also when it cannot be kept; then it says what is wrong. */
  set(zones: Zones): Problem | undefined;
  /** Calls back on each change; the returned function ends it. */
  onChange(listener: (zones: Zones) => void): () => void;
}

export interface ZonesStore {
  /** The zones of the camera with this id, always the same object. Unless drawn: none. */
  forCamera(cameraId: string): CameraZones;
  /** What is wrong with the file, as of now. */
  readonly problem: Problem | undefined;
}

export interface ZonesStoreDeps {
  openFile(path: string): TextFile;
  log: Log;
}

const NOTHING_DRAWN: Zones = { doorstep: [], motion: [], ignore: [], privacy: [] };
/**
 * For a file that is there and says nothing readable: somebody may have drawn something over the neighbour's window. So all of the
 * picture is hidden, until the household draws anew.
 */
const UNKNOWN: Zones = {
  ...NOTHING_DRAWN,
  privacy: [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  ],
};

/** In the place of a camera's id: of all that the file does not name, it is not known what was drawn. */
const ALL_OTHERS = '*';

const zonesSchema = Type.Object(zoneFields);

/** Never throws: what cannot be read or kept is a problem in words. */
export function openZonesStore(path: string, deps: ZonesStoreDeps): ZonesStore {
  return new ZonesFile(path, deps);
}

class ZonesFile implements ZonesStore {
  readonly #path: string;
  readonly #file: TextFile;
  readonly #log: Log;
  /** All that the file holds, also of cameras that are not configured now. */
  readonly #kept = new Map<string, Zones>();
  /** What it holds of cameras and cannot be read; it is written as it was, so that it stays unknown. */
  readonly #unreadable = new Map<string, unknown>();
  /** Whether the file as a whole cannot be read, or could not be before it was written anew. */
  #lost = false;
  /** Whether what cannot be read is still in its place. */
  #isDamaged = false;
  readonly #cameras = new Map<string, OneCamera>();
  #unwritable: Problem | undefined;

  constructor(path: string, { openFile, log }: ZonesStoreDeps) {
    this.#path = path;
    this.#file = openFile(path);
    this.#log = log;
    this.#read();
  }

  get problem(): Problem | undefined {
    const unknown = [...this.#cameras.keys()].some((id) => this.#isUnknown(id));
    return this.#unwritable ?? (unknown ? unreadable(this.#path) : undefined);
  }

  forCamera(id: string): CameraZones {
    const known = this.#cameras.get(id);
    if (known) return known;
    const zones = this.#kept.get(id) ?? (this.#isUnknown(id) ? UNKNOWN : NOTHING_DRAWN);
    const camera = new OneCamera(zones, (changed) => this.#keep(id, changed));
    this.#cameras.set(id, camera);
    return camera;
  }

  #isUnknown(id: string): boolean {
    return !this.#kept.has(id) && (this.#lost || this.#unreadable.has(id));
  }

  #read(): void {
    try {
      const text = this.#file.read();
      if (text === undefined) return;
      const held: unknown = JSON.parse(text);
      if (typeof held !== 'object' || held === null || Array.isArray(held))
        throw new Error('it holds no object');
      for (const [id, zones] of Object.entries(held)) {
        if (id === ALL_OTHERS) this.#lost = true;
        else if (Value.Check(zonesSchema, zones)) this.#kept.set(id, only(zones));
        else this.#unreadable.set(id, zones);
      }
      if (this.#unreadable.size) this.#log.error(said(unreadable(this.#path)));
    } catch (error) {
      this.#lost = true;
      this.#isDamaged = true;
      this.#log.error(`${said(unreadable(this.#path))} (${reason(error)})`);
    }
  }

  #keep(id: string, zones: Zones): Problem | undefined {
    this.#kept.set(id, zones);
    this.#unreadable.delete(id);
    if (this.#isDamaged) this.#keepAside();
    try {
      this.#file.write(`${JSON.stringify(this.#held(), null, 1)}\n`);
      this.#unwritable = undefined;
      this.#isDamaged = false;
    } catch (error) {
      this.#unwritable = {
        code: 'zones-unwritable',
        what: `What you drew holds now, but cannot be kept in ${this.#path}: ${reason(error)}. It is forgotten at the next restart.`,
        cure: 'Check that the disk has room and that the user that runs Homebridge may write there, then save the areas again.',
      };
      this.#log.error(said(this.#unwritable));
    }
    return this.#unwritable;
  }

  /** Of a lost file, cameras that nobody has drawn anew are still unknown after a restart, also those that are not configured now. */
  #held(): Record<string, unknown> {
    return Object.fromEntries([
      ...(this.#lost ? [[ALL_OTHERS, null] as const] : []),
      ...this.#unreadable,
      ...this.#kept,
    ]);
  }

  /** Somebody may still make out what it said. It stays in its place as well until it is replaced: without a file, nothing would be hidden. */
  #keepAside(): void {
    try {
      const aside = `${this.#path}.broken-${Math.floor(statSync(this.#path).mtimeMs)}`;
      try {
        linkSync(this.#path, aside);
      } catch {
        // Not every file system knows links.
        copyFileSync(this.#path, aside);
      }
      this.#log.warn(`What cannot be read was kept as ${aside}.`);
    } catch (error) {
      this.#log.warn(`What cannot be read of ${this.#path} could not be kept: ${reason(error)}`);
    }
  }
}

class OneCamera implements CameraZones {
  #zones: Zones;
  readonly #keep: (zones: Zones) => Problem | undefined;
  readonly #listeners = new Set<(zones: Zones) => void>();

  constructor(zones: Zones, keep: (zones: Zones) => Problem | undefined) {
    this.#zones = zones;
    this.#keep = keep;
  }

  get zones(): Zones {
    return this.#zones;
  }

  set(zones: Zones): Problem | undefined {
    this.#zones = only(zones);
    // Before the disk, which may be slow or full.
    for (const listener of [...this.#listeners]) listener(this.#zones);
    return this.#keep(this.#zones);
  }

  onChange(listener: (zones: Zones) => void): () => void {
    const entry = (zones: Zones) => listener(zones);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }
}

/** Without what else may come along. */
const only = ({ doorstep, motion, ignore, privacy }: Zones): Zones => ({ doorstep, motion, ignore, privacy });

function unreadable(path: string): Problem {
  return {
    code: 'zones-unreadable',
    what: `It cannot be read from ${path} what shall be hidden in the picture, so all of it is.`,
    cure: 'Draw the areas anew for each camera that is black, under Zones in the web app, and save them.',
  };
}

const said = ({ what, cure }: Problem) => `${what} ${cure}`;
