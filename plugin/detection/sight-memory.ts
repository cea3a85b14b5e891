/** What the eyes of each camera, and its packages, must know after a restart: two small private files a camera. */
import { join } from 'node:path';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { TextFile } from '../system/text-file.ts';

export interface CameraMemory extends Disposable {
  /** What the eyes told last; undefined at the first start. */
  readonly sight: string | undefined;
  /** As `package-restore.ts` reads it; undefined at the first start. */
  readonly ledger: string | undefined;
  /** Kept within minutes, not at once; with the packages where those change. */
  keepSight(text: string): void;
  /** Kept at once, and what the eyes told within the next second: a package must not be known to one of them alone. */
  keepLedger(text: string): void;
}

export interface SightMemoryDeps {
  /** Makes the folder of the file where that is missing. */
  openFile(path: string): TextFile;
  clock: Clock;
  log: Log;
}

/** Memory cards wear out: a quarter of a megabyte is not written more often. */
const SELDOM_MS = 600_000;
const SOON_MS = 1_000;
/** More than this is none of ours. */
const MOST_BYTES = 256 * 1024;

/** Never throws: what cannot be read is unknown, and what cannot be kept is said in the log. Disposing it keeps what is still to be kept. */
export function openCameraMemory(folder: string, cameraId: string, deps: SightMemoryDeps): CameraMemory {
  return new Files(folder, cameraId, deps);
}

class Files implements CameraMemory {
  readonly sight: string | undefined;
  readonly ledger: string | undefined;
  readonly #sightFile: TextFile;
  readonly #ledgerFile: TextFile;
  readonly #clock: Clock;
  readonly #log: Log;
  #unkept: string | undefined;
  #due = 0;
  #cancel = () => {};
  #failing = false;

  constructor(folder: string, cameraId: string, { openFile, clock, log }: SightMemoryDeps) {
    this.#clock = clock;
    this.#log = log;
    this.#sightFile = openFile(join(folder, `${cameraId}.txt`));
    this.#ledgerFile = openFile(join(folder, `${cameraId}.json`));
    this.sight = this.#read(this.#sightFile);
    this.ledger = this.#read(this.#ledgerFile);
  }

  keepSight(text: string): void {
    if (Buffer.byteLength(text) > MOST_BYTES) {
      this.#log.debug('What the detection remembers is too large to be kept.');
      return;
    }
    const waiting = this.#unkept !== undefined;
    this.#unkept = text;
    if (!waiting) this.#arm(SELDOM_MS);
  }

  keepLedger(text: string): void {
    this.#write(this.#ledgerFile, text);
    this.#arm(SOON_MS);
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#keepSight();
  }

  #arm(ms: number): void {
    const due = this.#clock.monotonic() + ms;
    if (this.#due > this.#clock.monotonic() && this.#due <= due) return;
    this.#cancel();
    this.#due = due;
    this.#cancel = this.#clock.after(ms, () => this.#keepSight());
  }

  #keepSight(): void {
    const text = this.#unkept;
    this.#unkept = undefined;
    this.#due = 0;
    if (text !== undefined) this.#write(this.#sightFile, text);
  }

  #read(file: TextFile): string | undefined {
    try {
      return file.read();
    } catch (error) {
      this.#log.warn(`What the detection knew before the restart cannot be read: ${reason(error)}`);
      return undefined;
    }
  }

  #write(file: TextFile, text: string): void {
    try {
      file.write(text);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) {
        this.#log.warn(
          `What lies at the doorstep cannot be kept over a restart: ${reason(error)}. Check the free space.`,
        );
      }
      this.#failing = true;
    }
  }
}
