/** What the household switched at each camera, kept over restarts. */
import type { CameraAction, Problem } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
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
export function openSwitches(path: string, deps: SwitchesDeps): Switches {
  return new SwitchFile(path, deps);
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

class SwitchFile implements Switches {
  readonly #path: string;
  readonly #file: TextFile;
  readonly #log: Log;
  /** All that the file holds, also of cameras that are not configured now. */
  readonly #kept = new Map<string, SwitchState>();
  /** Cameras of which the file says something that cannot be read; undefined when that is all of them. */
  #unknown: Set<string> | undefined = new Set();
  readonly #cameras = new Map<string, OneCamera>();
  #unwritable: Problem | undefined;

  constructor(path: string, { openFile, log }: SwitchesDeps) {
    this.#path = path;
    this.#file = openFile(path);
    this.#log = log;
    this.#read();
  }

  get problem(): Problem | undefined {
    const unknown = [...this.#cameras.keys()].some((id) => this.#isUnknown(id));
    return this.#unwritable ?? (unknown ? this.#unreadable() : undefined);
  }

  forCamera(id: string): CameraSwitches {
    const known = this.#cameras.get(id);
    if (known) return known;
    const state = this.#kept.get(id) ?? (this.#isUnknown(id) ? UNKNOWN : UNTOUCHED);
    const camera = new OneCamera(state, (changed) => this.#keep(id, changed));
    this.#cameras.set(id, camera);
    return camera;
  }

  #isUnknown(id: string): boolean {
    return !this.#kept.has(id) && (this.#unknown?.has(id) ?? true);
  }

  #read(): void {
    try {
      const text = this.#file.read();
      if (text === undefined) return;
      const held: unknown = JSON.parse(text);
      if (typeof held !== 'object' || held === null || Array.isArray(held))
        throw new Error('it holds no object');
      for (const [id, state] of Object.entries(held)) {
        if (isSwitchState(state)) this.#kept.set(id, { privacy: state.privacy, armed: state.armed });
        else this.#unknown?.add(id);
      }
      if (this.#unknown?.size) this.#log.error(said(this.#unreadable()));
    } catch (error) {
      this.#unknown = undefined;
      this.#log.error(`${said(this.#unreadable())} (${reason(error)})`);
    }
  }

  #keep(id: string, state: SwitchState): void {
    this.#kept.set(id, state);
    try {
      this.#file.write(`${JSON.stringify(Object.fromEntries(this.#kept), null, 2)}\n`);
      this.#unwritable = undefined;
    } catch (error) {
      this.#unwritable = {
        code: 'switches-unwritable',
        what: `What you switched cannot be kept in ${this.#path}: ${reason(error)}. It is forgotten at the next restart.`,
        cure: 'Check that the disk has room and that the user that runs Homebridge may write there, then switch again.',
      };
      this.#log.error(said(this.#unwritable));
    }
  }

  #unreadable(): Problem {
    return {
      code: 'switches-unreadable',
      what: `It cannot be read from ${this.#path} whether privacy was on, so it is on.`,
      cure: 'Switch privacy off for each camera that shall see, in the Home app or in the web app.',
    };
  }
}

class OneCamera implements CameraSwitches {
  #state: SwitchState;
  readonly #keep: (state: SwitchState) => void;
  readonly #listeners = new Set<() => void>();

  constructor(state: SwitchState, keep: (state: SwitchState) => void) {
    this.#state = state;
    this.#keep = keep;
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
    if (changed) for (const listener of [...this.#listeners]) listener();
    this.#keep(this.#state);
  }

  onChange(listener: () => void): () => void {
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }
}

function isSwitchState(value: unknown): value is SwitchState {
  const { privacy, armed } = (value ?? {}) as Partial<Record<keyof SwitchState, unknown>>;
  return typeof privacy === 'boolean' && typeof armed === 'boolean';
}

const said = ({ what, cure }: Problem) => `${what} ${cure}`;
