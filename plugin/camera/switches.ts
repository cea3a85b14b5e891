/** What the household switched at each camera, kept over restarts. */
import type { CameraAction, Problem } from '../../protocol/api.ts';
import { CameraFile } from '../system/camera-file.ts';
import type { Clock } from '../system/clock.ts';
import { createListeners, type Listeners } from '../system/listeners.ts';
import type { Log } from '../system/log.ts';
import type { TextFile } from '../system/text-file.ts';
import { snoozeLeft } from './snooze-policy.ts';

export interface SwitchState {
  /** Privacy mode: nothing is read from the camera, and nothing of it becomes an event, not even a press. */
  privacy: boolean;
  /** Whether what the camera sees makes events; a press always does. */
  armed: boolean;
}

export interface CameraSwitches extends Readonly<SwitchState> {
  /** While detection rests: until when, in epoch ms. `armed` is false until then, and true again by itself. */
  readonly snoozedUntil: number | undefined;
  /** Takes effect at once, also when it cannot be kept. Whoever says whether it is armed ends a snooze. */
  set(change: Partial<SwitchState>): void;
  /** Detection rests for so long, from now on. One that is off by hand stays off. */
  snooze(ms: number): void;
  /** Calls back on each change; the returned function ends it. */
  onChange(listener: () => void): () => void;
}

/** Disposing it ends what it waits for; what was switched stays as it is. */
export interface Switches extends Disposable {
  /** The switches of the camera with this id, always the same object. Unless switched: no privacy, armed. */
  forCamera(cameraId: string): CameraSwitches;
  /** What is wrong with the file, as of now. */
  readonly problem: Problem | undefined;
}

export interface SwitchesDeps {
  openFile(path: string): TextFile;
  clock: Clock;
  log: Log;
}

/** What stands in the file: `armed` as it was switched by hand, whatever the snooze makes of it. */
interface Kept extends SwitchState {
  snoozedUntil?: number;
}

const UNTOUCHED: Kept = { privacy: false, armed: true };
/**
 * For a file that is there and says nothing readable: somebody switched something. A press that is missed is undone with a tap; a
 * picture that somebody had forbidden is not.
 */
const UNKNOWN: Kept = { privacy: true, armed: true };

/** Never throws: what cannot be read or kept is a problem in words. */
export function openSwitches(path: string, { openFile, clock, log }: SwitchesDeps): Switches {
  const file = new CameraFile<Kept>({
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
  const cameras = new Map<string, OneCamera>();
  return {
    get problem() {
      return file.problem;
    },
    forCamera(id) {
      const camera = cameras.get(id) ?? new OneCamera(file, id, { clock, log });
      cameras.set(id, camera);
      return camera;
    },
    [Symbol.dispose]() {
      for (const camera of cameras.values()) camera[Symbol.dispose]();
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

/** The time of day may be set meanwhile: so often it is looked at. */
const LOOK_AGAIN_MS = 60_000;

class OneCamera implements CameraSwitches, Disposable {
  readonly #file: CameraFile<Kept>;
  readonly #id: string;
  readonly #clock: Clock;
  readonly #listeners: Listeners<void>;
  #state: Kept;
  #cancelTimer = () => {};

  constructor(file: CameraFile<Kept>, id: string, { clock, log }: Pick<SwitchesDeps, 'clock' | 'log'>) {
    this.#file = file;
    this.#id = id;
    this.#clock = clock;
    this.#listeners = createListeners(log);
    this.#state = file.of(id);
    this.#rest();
  }

  get privacy(): boolean {
    return this.#state.privacy;
  }

  get armed(): boolean {
    return this.#state.armed && this.snoozedUntil === undefined;
  }

  get snoozedUntil(): number | undefined {
    return this.#state.snoozedUntil;
  }

  set({ privacy = this.privacy, armed }: Partial<SwitchState>): void {
    const { snoozedUntil } = this.#state;
    const rests = armed === undefined && snoozedUntil !== undefined;
    this.#switch({ privacy, armed: armed ?? this.#state.armed, ...(rests && { snoozedUntil }) });
  }

  snooze(ms: number): void {
    if (this.#state.armed) this.#switch({ ...this.#state, snoozedUntil: this.#clock.now() + ms });
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  [Symbol.dispose](): void {
    this.#cancelTimer();
  }

  #switch(next: Kept): void {
    const before = [this.privacy, this.armed, this.snoozedUntil];
    this.#state = next;
    this.#rest();
    const changed = [this.privacy, this.armed, this.snoozedUntil].some((value, at) => value !== before[at]);
    // Before the disk, which may be slow or full.
    if (changed) this.#listeners.tell();
    this.#file.keep(this.#id, next);
  }

  /** Waits for the end of a snooze. That it is over needs not be kept: the time says so. */
  #rest(): void {
    this.#cancelTimer();
    const { snoozedUntil, ...awake } = this.#state;
    if (snoozedUntil === undefined) return;
    const left = snoozeLeft(snoozedUntil, this.#clock.now());
    if (left === 0) {
      this.#state = awake;
      this.#listeners.tell();
    } else this.#cancelTimer = this.#clock.after(Math.min(left, LOOK_AGAIN_MS), () => this.#rest());
  }
}

function parseSwitches(entry: unknown): Kept | undefined {
  const { privacy, armed, snoozedUntil } = (entry ?? {}) as Partial<Record<keyof Kept, unknown>>;
  if (typeof privacy !== 'boolean' || typeof armed !== 'boolean') return undefined;
  return { privacy, armed, ...(typeof snoozedUntil === 'number' && { snoozedUntil }) };
}
