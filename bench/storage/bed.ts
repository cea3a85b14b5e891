/** One run of one fault: a storage folder, a target, a hub that records into it, and a witness. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { Closing } from '../../plugin/system/closing.ts';
import type { RunOutcome } from './outcome.ts';
import { proveStorage } from './prove.ts';
import { Rig } from './rig.ts';
import type { RigSetup } from './rig-words.ts';
import type { Source } from './source.ts';
import { Witness } from './witness.ts';

/** A place for recordings, with all that can be done to it. */
export interface Place {
  /** `recordings.target` of the configuration. */
  target: object;
  /** Folder in which its bytes really lie. */
  real: string;
  inBarePoint(): string[];
}

export interface BedOptions<P extends Place> {
  source: Source;
  ffmpeg: string;
  /** Makes the place below this folder. */
  place(closing: Closing, folder: string): Promise<P> | P;
  /** More of `recordings` in the configuration. */
  recordings?: object;
  segmentMs?: number;
  fileMs?: number;
  /** Default: below the folder of the run. */
  spoolPath?(closing: Closing, folder: string): string;
}

/** Files of 5 s are copied in milliseconds, one every 5 s. */
const COPY_PATIENCE_MS = 60_000;

export class Bed<P extends Place> implements AsyncDisposable {
  readonly place: P;
  readonly storage: string;
  readonly spool: string;
  readonly #setup: RigSetup;
  readonly #closing: Closing;
  readonly #witness: Witness;
  #rig: Rig | undefined;
  #peakMiB = 0;

  private constructor(closing: Closing, place: P, setup: RigSetup, spool: string) {
    this.#closing = closing;
    this.place = place;
    this.#setup = setup;
    this.storage = setup.storage;
    this.spool = spool;
    this.#witness = closing.use(
      new Witness({
        database: join(setup.storage, 'doorstep', 'recordings.sqlite'),
        spool,
        target: place.real,
      }),
    );
  }

  static async make<P extends Place>(options: BedOptions<P>): Promise<Bed<P>> {
    const closing = new Closing();
    const folder = await mkdtemp(join(tmpdir(), 'doorstep-fault-'));
    closing.defer(() => rm(folder, { recursive: true, force: true }));
    try {
      const storage = join(folder, 'homebridge');
      mkdirSync(storage);
      const place = await options.place(closing, folder);
      const spoolPath = options.spoolPath?.(closing, folder);
      const setup: RigSetup = {
        storage,
        url: options.source.url,
        ffmpeg: options.ffmpeg,
        recordings: {
          mode: 'both',
          target: place.target,
          ...(spoolPath && { spoolPath }),
          ...options.recordings,
        },
        segmentMs: options.segmentMs ?? 1500,
        fileMs: options.fileMs ?? 5000,
        tellMs: 100,
      };
      return new Bed(closing, place, setup, spoolPath ?? join(storage, 'doorstep', 'spool'));
    } catch (error) {
      await closing[Symbol.asyncDispose]();
      throw error;
    }
  }

  get rig(): Rig {
    if (!this.#rig) throw new Error('No hub runs.');
    return this.#rig;
  }

  async start(): Promise<void> {
    this.#rig = await Rig.start(this.#setup);
  }

  /** Starts, and waits until something has arrived at the target. */
  async startAndStore(): Promise<void> {
    await this.start();
    this.rig.order({ do: 'ring' });
    await this.rig.until('the first recording at the target', () => this.#witness.stored() > 0);
  }

  async killHub(): Promise<void> {
    const rig = this.rig;
    await rig.kill();
    await this.#leave(rig);
  }

  async stop(): Promise<void> {
    const rig = this.rig;
    await rig.stop();
    await this.#leave(rig);
  }

  /** Records for so long. */
  async record(ms: number): Promise<void> {
    await wait(ms);
  }

  /** Waits until a file is being copied to the target: its temporary name is there. */
  async copying(): Promise<void> {
    const end = performance.now() + COPY_PATIENCE_MS;
    while (!hasPart(this.place.real)) {
      if (performance.now() > end) throw new Error('No file was seen on its way to the target.');
      await nextTurn();
    }
  }

  /** Waits until what is complete now has arrived at the target. */
  async drained(): Promise<void> {
    const waiting = this.#witness.waiting();
    await this.rig.until('all of it at the target', () => {
      const still = new Set(this.#witness.waiting());
      return !waiting.some((id) => still.has(id));
    });
  }

  /** Stops the hub and looks at what is there, after so many times of harm. */
  async outcome(times = 1): Promise<RunOutcome> {
    await this.drained();
    this.rig.order({ do: 'ring' });
    await this.stop();
    return {
      times,
      ...this.#witness.testify(),
      findings: await proveStorage({ storage: this.storage, spool: this.spool, target: this.place.real }),
      inBarePoint: this.place.inBarePoint().length,
      peakMiB: this.#peakMiB,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rig?.[Symbol.asyncDispose]();
    await this.#closing[Symbol.asyncDispose]();
  }

  async #leave(rig: Rig): Promise<void> {
    this.#peakMiB = Math.max(this.#peakMiB, rig.peakMiB);
    this.#witness.hubEnded(rig.state?.picturesMs ?? 0);
    await rig[Symbol.asyncDispose]();
    this.#rig = undefined;
  }
}

function hasPart(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.mp4.part'));
}
