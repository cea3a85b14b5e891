/**
 * Shows a clip to a camera's `Sight` as the watcher would: one look at a time and no more often than `lookPace` lets it, a newer one in
 * the place of one that waits, and answers that come as late as the model takes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { Detector, LookWanted, Sight, SightNews, SightStep } from '../../plugin/detection/contract.ts';
import { lookPace } from '../../plugin/detection/watcher/look-pace.ts';

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
  await player.answerAll();
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
  /** When the next look may begin: on a machine that has nothing else to do. */
  #mayBegin = Number.NEGATIVE_INFINITY;
  readonly #pace: ReturnType<typeof lookPace>;

  constructor(sight: Sight, detector: Detector, options: ReplayOptions) {
    this.#sight = sight;
    this.#detector = detector;
    this.#options = options;
    this.#pace = lookPace({ lookMs: options.lookMs, behind: false, load: 0 });
  }

  async show(frame: SmallFrame): Promise<void> {
    if (this.pictures++ === 0) this.from = frame.at;
    this.to = frame.at;
    await this.answerUntil(frame.at);
    this.#take(() => this.#sight.push(frame), frame.at);
  }

  /** Gives the answers that are known by then; what waits for its turn may begin meanwhile. */
  async answerUntil(at: number): Promise<void> {
    for (;;) {
      if (this.#now) {
        if (this.#now.answeredAt > at) return;
        await this.#answer(this.#now);
      } else if (this.#waiting && this.#mayBegin <= at) this.#begin(this.#mayBegin);
      else return;
    }
  }

  /** The one under way when the clip ends, and the one that waits for it. */
  async answerAll(): Promise<void> {
    await this.answerUntil(this.to + 2 * this.#options.lookMs + this.#pace.betweenMs);
  }

  async #answer({ frame, part, answeredAt }: Look): Promise<void> {
    const before = process.cpuUsage();
    const detected = await this.#detector.detect(frame, part);
    this.modelMs += cpuMs(before);
    this.looks++;
    this.#now = undefined;
    this.#take(() => this.#sight.looked(frame.at, detected, part), answeredAt);
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
    if (this.#now || !this.#waiting || at < this.#mayBegin) return;
    const { lookMs } = this.#options;
    const answeredAt = at + lookMs;
    this.#now = { ...this.#waiting, answeredAt };
    this.#waiting = undefined;
    this.#mayBegin = Math.max(at + this.#pace.betweenMs, answeredAt + this.#pace.rest * lookMs);
  }
}

/** Processor time since then, in ms; unlike the clock it does not count what other programs took. */
function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
