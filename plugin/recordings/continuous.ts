import type { Camera } from '../camera/contract.ts';
import { type Clock, sleep } from '../system/clock.ts';
import { type Log, prefixed } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { ContinuousFiles } from './continuous-files.ts';
import type { RecordingStore } from './contract.ts';
import { gapReasonOf } from './gap-policy.ts';
import { GapWatch } from './gap-watch.ts';

/** A disk may hesitate for so many bytes of video; the ring still has the last seconds when it was too long. */
const MAX_BACKLOG = 64 * 1024 * 1024;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

export interface ContinuousOptions {
  camera: Camera;
  store: Pick<RecordingStore, 'begin' | 'noteGap' | 'lastContinuousEnd'>;
  clock: Clock;
  log: Log;
  /** Whether the owner wants the sound of this camera in its recordings. */
  audio: boolean;
  /** Length of a file, in ms: the next begins with the first keyframe after each multiple of it. Default: five minutes. */
  fileMs?: number;
}

/**
 * Records everything that a camera gives, and notes what is missing. It goes on after anything that fails. Disposing it completes the file under
 * way; camera and store must still be open then.
 */
export function startContinuous(options: ContinuousOptions): AsyncDisposable {
  const recorder = new ContinuousRecorder(options);
  const done = recorder.run();
  return {
    async [Symbol.asyncDispose]() {
      recorder.stop();
      await done;
    },
  };
}

/** Why a watch ended. */
type Ending = 'stopped' | 'privacy' | 'closed' | 'slow' | { error: unknown };

class ContinuousRecorder {
  readonly #options: ContinuousOptions;
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #files: ContinuousFiles;
  readonly #gaps: GapWatch;
  #failures = 0;

  constructor(options: ContinuousOptions) {
    const { camera, store, clock, audio, fileMs = 300_000 } = options;
    this.#options = options;
    this.#log = prefixed(options.log, camera.ref.name);
    this.#gaps = new GapWatch(camera.ref, store, store.lastContinuousEnd(camera.ref.id), 'hub-stopped');
    this.#gaps.missing('camera-offline', clock.now());
    this.#files = new ContinuousFiles({
      ...{ camera: camera.ref, store, clock, audio, fileMs },
      onBegin: (startedAt, stepped) => {
        if (stepped) this.#gaps.missing('clock-stepped', startedAt);
        this.#gaps.resume(startedAt);
        this.#failures = 0;
      },
      onEnd: (until) => this.#gaps.cover(until),
    });
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Resolves, never rejects, when it was stopped and all is complete. */
  async run(): Promise<void> {
    const { camera, clock } = this.#options;
    const { signal } = this.#stop;
    for (let ending = await this.#record(); ending !== 'stopped'; ending = await this.#record()) {
      if (ending === 'privacy') await this.#privacy();
      else {
        if (ending !== 'closed') this.#failed(ending);
        await sleep(clock, retryMs(this.#failures), signal);
      }
    }
    // What is missing until now has its reason now; the next start would only know that the hub was stopped.
    if (!camera.state.online || this.#failures > 0) this.#gaps.resume(clock.now());
  }

  /** Records until the watch ends or something fails; what was recorded is complete then, as far as the disk lets it. */
  async #record(): Promise<Ending> {
    const ending = await this.#watch();
    try {
      await this.#files.end();
      return ending;
    } catch (error) {
      if (ending === 'stopped') this.#gaps.missing(gapReasonOf(error), this.#files.position);
      return typeof ending === 'object' || ending === 'stopped' ? ending : { error };
    }
  }

  async #watch(): Promise<Ending> {
    const { camera, clock } = this.#options;
    const { signal } = this.#stop;
    let taken = false;
    try {
      // After a failure from the last keyframe on that was kept, as far as the ring still has it; it has nothing of before the hub's start.
      const { covered } = this.#gaps;
      const agoMs = covered === undefined ? Infinity : Math.max(0, clock.now() - covered);
      const rule = { whenSlow: 'end', maxBacklog: MAX_BACKLOG } as const;
      for await (const item of camera.watch({ agoMs, ...rule, signal })) {
        taken = true;
        await this.#files.take(item);
      }
    } catch (error) {
      return { error };
    }
    if (signal.aborted) return 'stopped';
    if (camera.state.privacy) return 'privacy';
    return taken ? 'slow' : 'closed';
  }

  #failed(ending: 'slow' | { error: unknown }): void {
    this.#failures += 1;
    const why = ending === 'slow' ? 'disk-slow' : gapReasonOf(ending.error);
    this.#gaps.missing(why, this.#files.position);
    if (ending === 'slow') this.#log.warn('Continuous recording lost pictures: the disk could not keep up.');
    // The store has said its own problems once already.
    else if (ending.error instanceof ProblemError)
      this.#log.debug(`Continuous recording: ${reason(ending.error)}`);
    else if (this.#failures === 1)
      this.#log.error(`Continuous recording failed, and is tried again: ${reason(ending.error)}`);
  }

  /** Waits until the owner ends privacy mode. */
  async #privacy(): Promise<void> {
    const { camera, clock } = this.#options;
    this.#gaps.missing('privacy', clock.now());
    await privacyOver(camera, this.#stop.signal);
    this.#gaps.missing('camera-offline', clock.now());
  }
}

/** From one second doubled up to half a minute. */
function retryMs(failures: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(16, Math.max(0, failures - 1)));
}

/** Resolves when the camera is not in privacy mode, or the signal aborts. */
function privacyOver(camera: Pick<Camera, 'state' | 'onState'>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      unsubscribe();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unsubscribe = camera.onState(({ privacy }) => {
      if (!privacy) done();
    });
    signal.addEventListener('abort', done, { once: true });
    if (!camera.state.privacy || signal.aborted) done();
  });
}
