/** What the household drew for each camera, kept over restarts. */
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { Problem } from '../../protocol/api.ts';
import type { Zones } from '../../protocol/detection.ts';
import { CameraFile } from '../system/camera-file.ts';
import { createListeners, type Listeners } from '../system/listeners.ts';
import type { Log } from '../system/log.ts';
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

const zonesSchema = Type.Object(zoneFields);

/** Never throws: what cannot be read or kept is a problem in words. */
export function openZonesStore(path: string, { openFile, log }: ZonesStoreDeps): ZonesStore {
  const file = new CameraFile<Zones>({
    ...{ path, openFile, log },
    ...{ parse: parseZones, untouched: NOTHING_DRAWN, unknown: UNKNOWN },
    unreadable: {
      code: 'zones-unreadable',
      what: `It cannot be read from ${path} what shall be hidden in the picture, so all of it is.`,
      cure: 'Draw the areas anew for each camera that is black, under Zones in the web app, and save them.',
    },
    unwritable: (why) => ({
      code: 'zones-unwritable',
      what: `What you drew holds now, but cannot be kept in ${path}: ${why}. It is forgotten at the next restart.`,
      cure: 'Check that the disk has room and that the user that runs Homebridge may write there, then save the areas again.',
    }),
  });
  const cameras = new Map<string, CameraZones>();
  return {
    get problem() {
      return file.problem;
    },
    forCamera(id) {
      const camera = cameras.get(id) ?? new OneCamera(file, id, log);
      cameras.set(id, camera);
      return camera;
    },
  };
}

class OneCamera implements CameraZones {
  readonly #file: CameraFile<Zones>;
  readonly #id: string;
  readonly #listeners: Listeners<Zones>;
  #zones: Zones;

  constructor(file: CameraFile<Zones>, id: string, log: Log) {
    this.#file = file;
    this.#id = id;
    this.#listeners = createListeners(log);
    this.#zones = file.of(id);
  }

  get zones(): Zones {
    return this.#zones;
  }

  set(zones: Zones): Problem | undefined {
    this.#zones = only(zones);
    // Before the disk, which may be slow or full.
    this.#listeners.tell(this.#zones);
    return this.#file.keep(this.#id, this.#zones);
  }

  onChange(listener: (zones: Zones) => void): () => void {
    return this.#listeners.add(listener);
  }
}

/** Without what else may come along. */
const only = ({ doorstep, motion, ignore, privacy }: Zones): Zones => ({ doorstep, motion, ignore, privacy });

const parseZones = (entry: unknown): Zones | undefined =>
  Value.Check(zonesSchema, entry) ? only(entry) : undefined;
