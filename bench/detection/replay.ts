/**
 * Shows a clip to a camera's `Sight` as the watcher would: one look at a time, a newer one in the place of one that waits, and answers
 * that come as late as the model takes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { Detector, LookWanted, Sight, SightNews, SightStep } from '../../plugin/detection/contract.ts';

/** News, and when it came: `at` of the picture that was the newest by then, or when a look was answered; epoch ms. */
export interface HeardNews {
  news: SightNews;
  toldAt: number;
}

export interface Replay {
  pictures: number;
  looks: number;
  /** Time of the first and last picture, epoch ms. */
  from: number;
  to: number;
  /** What it cost, in ms of processor time: all pictures by motion and packages, all looks by the model. */
  coreMs: number;
  modelMs: number;
}

export interface ReplayOptions {
  /** How late a look is answered, in ms of the clip. */
  lookMs: number;
  /** Waits between pictures as long as the camera did. */
  realTime: boolean;
  onNews(heard: HeardNews): void;
  /** Called with each picture, before it is shown. */
  onPicture?(frame: SmallFrame): void;
}

interface Look extends LookWanted {
  answeredAt: number;
}

/** All of a clip. Looks that are not answered when it ends are answered then. */
export async function replay(
  pictures: AsyncIterable<SmallFrame>,
  sight: Sight,
  detector: Detector,
  options: ReplayOptions,
): Promise<Replay> {
  const player = new Player(sight, detector, options);
  const began = performance.now();
  for await (const frame of pictures) {
    if (options.realTime) await sleep(Math.max(0, frame.at - player.from - (performance.now() - began)));
    options.onPicture?.(frame);
    await player.show(frame);
  }
  await player.answerUntil(player.to + 2 * options.lookMs);
  return player;
}

class Player implements Replay {
  pictures = 0;
  looks = 0;
  from = 0;
  to = 0;
  coreMs = 0;
  modelMs = 0;
  readonly #sight: Sight;
  readonly #detector: Detector;
  readonly #options: ReplayOptions;
  #now: Look | undefined;
  #waiting: LookWanted | undefined;

  constructor(sight: Sight, detector: Detector, options: ReplayOptions) {
    this.#sight = sight;
    this.#detector = detector;
    this.#options = options;
  }

  async show(frame: SmallFrame): Promise<void> {
    if (this.pictures++ === 0) this.from = frame.at;
    this.to = frame.at;
    await this.answerUntil(frame.at);
    this.#take(() => this.#sight.push(frame), frame.at);
  }

  /** Gives the answers that are known by then; each may begin the look that waited for it. */
  async answerUntil(at: number): Promise<void> {
    for (let look = this.#now; look && look.answeredAt <= at; look = this.#now) {
      const { frame, part, answeredAt } = look;
      const before = process.cpuUsage();
      const detected = await this.#detector.detect(frame, part);
      this.modelMs += cpuMs(before);
      this.looks++;
      this.#now = undefined;
      this.#take(() => this.#sight.looked(frame.at, detected, part), answeredAt);
      this.#begin(answeredAt);
    }
  }

  #take(step: () => SightStep, at: number): void {
    const before = process.cpuUsage();
    const { news, look } = step();
    this.coreMs += cpuMs(before);
    for (const one of news) this.#options.onNews({ news: one, toldAt: at });
    if (look) this.#waiting = look;
    this.#begin(at);
  }

  #begin(at: number): void {
    if (this.#now || !this.#waiting) return;
    this.#now = { ...this.#waiting, answeredAt: at + this.#options.lookMs };
    this.#waiting = undefined;
  }
}

/** Processor time since then, in ms; unlike the clock it does not count what other programs took. */
function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
