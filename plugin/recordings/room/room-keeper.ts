/** Watches the room of the spool, and gives up what waits there when there is none. */
import type { Problem } from '../../../protocol/api.ts';
import type { Clock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import { dropWaiting } from '../forward/forward-steps.ts';
import type { RecordingIndex } from '../index/contract.ts';
import type { NewGap, Recording } from '../recording.ts';
import type { Spool } from '../spool/contract.ts';
import { diskFullProblem, spoolFullProblem } from '../storage-problem.ts';
import type { Ballast } from './ballast.ts';
import { hoursLeft, WriteRate } from './hours-left.ts';
import { isLow, planGiveUp, roomLeft, type SpoolRoom, spareBytes } from './room-policy.ts';

export interface RoomKeeperOptions {
  index: RecordingIndex;
  spool: Spool;
  ballast: Ballast;
  maxBytes: number;
  clock: Clock;
  log: Log;
  targetReady(): boolean;
  /** Id of the recording that is on its way to the target now. */
  busy(): string | undefined;
  /** This footage was given up; its row in the index is written already. */
  onGap(gap: NewGap): void;
  /** There is little room left. */
  onLow(): void;
  onNews(): void;
}

const LOOK_MS = 5_000;
/** How long people are told of what was given up. */
const TOLD_MS = 10 * 60_000;

export class RoomKeeper implements AsyncDisposable {
  readonly #options: RoomKeeperOptions;
  readonly #rate = new WriteRate();
  #room: SpoolRoom | undefined;
  #low = false;
  #gaveUpAt = Number.NEGATIVE_INFINITY;
  #cancel = () => {};
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(options: RoomKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#closed) return;
    this.#cancel = this.#options.clock.after(LOOK_MS, () => {
      void this.look().finally(() => this.start());
    });
  }

  /** So much was written into the spool. */
  wrote(bytes: number): void {
    this.#rate.add(this.#options.clock.monotonic(), bytes);
  }

  /** At the present rate; undefined while nothing is recorded. */
  get hoursLeft(): number | undefined {
    if (!this.#room) return undefined;
    return hoursLeft(roomLeft(this.#room), this.#rate.perHour(this.#options.clock.monotonic()));
  }

  get problem(): Problem | undefined {
    const { spool, clock } = this.#options;
    if (this.#isDiskFull()) return diskFullProblem(spool.folder);
    return clock.monotonic() - this.#gaveUpAt < TOLD_MS ? spoolFullProblem(spool.folder) : undefined;
  }

  /** Throws a `ProblemError` while the disk is so full that nothing new may begin: this machine needs the rest. */
  refuse(): void {
    if (this.#isDiskFull()) throw new ProblemError(diskFullProblem(this.#options.spool.folder));
  }

  /** Looks now, and makes room where there is none. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { spool, ballast, log, targetReady, busy } = this.#options;
    const say = (error: unknown) =>
      log.debug(`The room of the spool could not be looked at: ${reason(error)}`);
    // A full disk refuses this too, and room has to be made all the same.
    await spool.settle(targetReady(), busy).catch(say);
    try {
      this.#room = await this.#measure();
      if (roomLeft(this.#room) < 0) await this.#giveUp(this.#room);
      this.#tellLow(this.#room);
      if (!this.#isDiskFull()) await ballast.make();
    } catch (error) {
      say(error);
    }
  }

  async #measure(): Promise<SpoolRoom> {
    const { spool, index, maxBytes } = this.#options;
    const room = await spool.room();
    const { spooledBytes } = index.spoolTotals();
    const away = [...spool.away].reduce((sum, id) => sum + bytesInSpool(index.get(id)), 0);
    return {
      usedBytes: spooledBytes - away + spool.unreadable.bytes,
      maxBytes,
      ...room,
    };
  }

  async #giveUp(room: SpoolRoom): Promise<void> {
    const { index, spool, ballast, clock, log, busy, onGap, onNews } = this.#options;
    // To give up what is in a folder that is not there makes no room.
    const waiting = index.waiting().filter(({ id }) => id !== busy() && !spool.away.has(id));
    const ids = planGiveUp(waiting, room);
    for (const id of ids) {
      const row = index.get(id);
      if (!row || row.keep || id === busy() || (row.state !== 'closed' && row.state !== 'forwarding'))
        continue;
      const { camera, startedAt: from, endedAt: to, bytes } = row;
      const gap: NewGap = { camera, from, to, reason: 'spool-full' };
      ballast.use(() => index.addGap(gap, { bytes }));
      await dropWaiting(row, { index, spool });
      this.#gaveUpAt = clock.monotonic();
      onGap(gap);
    }
    if (ids.length === 0) return;
    log.warn(
      `The spool has no room: ${ids.length} recordings that waited there were given up, the oldest first.`,
    );
    this.#room = await this.#measure();
    onNews();
  }

  #tellLow(room: SpoolRoom): void {
    const before = this.#low;
    // What a target takes at once needs no room here for long.
    this.#low = !this.#options.targetReady() && isLow(room, before);
    if (this.#low && !before) this.#options.onLow();
  }

  #isDiskFull(): boolean {
    return this.#room !== undefined && this.#room.freeBytes < spareBytes(this.#room.totalBytes);
  }
}

function bytesInSpool(row: Recording | undefined): number {
  return row?.spooled ? row.bytes : 0;
}
