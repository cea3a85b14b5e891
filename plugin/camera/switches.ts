/** What the household switched at each camera, kept over restarts. */
import type { CameraAction, Problem } from '../../protocol/api.ts';
import { CameraFile } from '../system/camera-file.ts';
import { createListeners, type Listeners } from '../system/listeners.ts';
import type { Log } from '../system/log.ts';
import type { TextFile } from '../system/text-file.ts';

export interface SwitchState {
  /** Privacy mode: nothing is read from the camera, and nothing of it becomes an event, not even a press. */
  privacy: boolean;
  /** Whether what the camera sees makes events; a press always does. */
  armed: boolean;
}

export interface CameraSwitches extends Readonly<SwitchState> {
  /** Takes effect at once, also when it cannot be kept. */
  set(change: Partial<SwitchState>): void;
  /** Calls back on each change; the returned function ends it. */
  onChange(listener: () => void): () => void;
}

export interface Switches {
  /** The switches of the camera with this id, always the same object. Unless switched: no privacy, armed. */
  forCamera(cameraId: string): CameraSwitches;
  /** What is wrong with the file, as of now. */
  readonly problem: Problem | undefined;
}

export interface SwitchesDeps {
  openFile(path: string): TextFile;
  log: Log;
}

const UNTOUCHED: SwitchState = { privacy: false, armed: true };
/**
 * For a file that is there and says nothing readable: somebody switched something. A press that is missed is undone with a tap; a
 * picture that somebody had forbidden is not.
 */
const UNKNOWN: SwitchState = { privacy: true, armed: true };

/** Never throws: what cannot be read or kept is a problem in words. */
export function openSwitches(path: string, { openFile, log }: SwitchesDeps): Switches {
  const file = new CameraFile<SwitchState>({
    ...{ path, openFile, log },
    ...{ parse: parseSwitches, untouched: UNTOUCHED, unknown: UNKNOWN },
    unreadable: {
      code: 'switches-unreadable',
      what: `It cannot be read from ${path} whether privacy was on, so it is on.`,
      cure: 'Switch privacy off for each camera that shall see, in the Home app or in the web app.',
    },
    unwritable: (why) => ({
      code: 'switches-unwritable',
      what: `What you switched cannot be kept in ${path}: ${why}. It is forgotten at the next restart.`,
      cure: 'Check that the disk has room and that the user that runs Homebridge may write there, then switch again.',
    }),
  });
  const cameras = new Map<string, CameraSwitches>();
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

/** Actions of the API that switch something. */
export type SwitchAction = Extract<CameraAction, 'privacy-on' | 'privacy-off' | 'arm' | 'disarm'>;

/** What such an action switches. */
export function switchChange(action: SwitchAction): Partial<SwitchState> {
  switch (action) {
    case 'privacy-on':
      return { privacy: true };
    case 'privacy-off':
      return { privacy: false };
    case 'arm':
      return { armed: true };
    case 'disarm':
      return { armed: false };
  }
}

class OneCamera implements CameraSwitches {
  readonly #file: CameraFile<SwitchState>;
  readonly #id: string;
  readonly #listeners: Listeners<void>;
  #state: SwitchState;

  constructor(file: CameraFile<SwitchState>, id: string, log: Log) {
    this.#file = file;
    this.#id = id;
    this.#listeners = createListeners(log);
    this.#state = file.of(id);
  }

  get privacy(): boolean {
    return this.#state.privacy;
  }

  get armed(): boolean {
    return this.#state.armed;
  }

  set({ privacy = this.privacy, armed = this.armed }: Partial<SwitchState>): void {
    const changed = privacy !== this.privacy || armed !== this.armed;
    this.#state = { privacy, armed };
    // Before the disk, which may be slow or full.
    if (changed) this.#listeners.tell();
    this.#file.keep(this.#id, this.#state);
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }
}

function parseSwitches(entry: unknown): SwitchState | undefined {
  const { privacy, armed } = (entry ?? {}) as Partial<Record<keyof SwitchState, unknown>>;
  return typeof privacy === 'boolean' && typeof armed === 'boolean' ? { privacy, armed } : undefined;
}
