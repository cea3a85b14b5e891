/** One camera in the watcher, seen from the hub: its pictures on the way, its options and memory, whichever process looks. */
import type { SightInfo } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import { reason } from '../../system/problem.ts';
import type { SightOptions } from '../contract.ts';
import type { WatchedCamera, WatcherNews } from './contract.ts';
import { framePayload } from './frame-wire.ts';
import { withoutPictures } from './news-wire.ts';
import type { WatcherProcess } from './watcher-process.ts';

/** So many pictures are on their way at once; then only the newest waits. */
const ON_THE_WAY = 2;

interface ChannelDeps {
  process(): WatcherProcess | undefined;
  info(): Promise<SightInfo | undefined>;
  close(): void;
  /** A line for the log. */
  warn(line: string): void;
}

/** One camera, whichever process looks at it. */
export class WatchedChannel implements WatchedCamera {
  readonly cameraId: string;
  readonly #camera: number;
  readonly #deps: ChannelDeps;
  readonly #onNews: (news: WatcherNews) => void;
  #options: SightOptions;
  #onTheWay = 0;
  #newest: SmallFrame | undefined;
  #skipped = 0;
  /** So many times it has been asked to forget and has not answered: what it tells meanwhile may be of before. */
  #forgetting = 0;
  #closed = false;

  constructor(
    camera: number,
    cameraId: string,
    options: SightOptions,
    onNews: (news: WatcherNews) => void,
    deps: ChannelDeps,
  ) {
    this.#camera = camera;
    this.cameraId = cameraId;
    this.#options = options;
    this.#onNews = onNews;
    this.#deps = deps;
  }

  /** A process is there that does not know of this camera. */
  begin(): void {
    this.#onTheWay = 0;
    this.#newest = undefined;
    this.#skipped = 0;
    this.#forgetting = 0;
    this.#deps.process()?.send({ type: 'open', camera: this.#camera, options: this.#options });
  }

  push(frame: SmallFrame): void {
    if (this.#closed) return;
    if (this.#onTheWay >= ON_THE_WAY) {
      if (this.#newest) this.#skipped++;
      this.#newest = frame;
      return;
    }
    const process = this.#deps.process();
    if (!process) return;
    const { width, height, at } = frame;
    this.#onTheWay++;
    const header = {
      type: 'frame',
      camera: this.#camera,
      width,
      height,
      at,
      skipped: this.#skipped,
    } as const;
    this.#skipped = 0;
    process.send(header, framePayload(frame));
  }

  configure(options: SightOptions): void {
    if (this.#closed) return;
    const { memory = options.memory } = this.#options;
    this.#options = { ...options, ...(memory !== undefined && { memory }) };
    this.#deps.process()?.send({ type: 'configure', camera: this.#camera, options });
  }

  forget(): void {
    this.#newest = undefined;
    const process = this.#closed ? undefined : this.#deps.process();
    if (!process) return;
    this.#forgetting++;
    process.send({ type: 'forget', camera: this.#camera });
  }

  gone(packageIds: readonly string[]): void {
    if (!this.#closed) this.#deps.process()?.send({ type: 'gone', camera: this.#camera, packageIds });
  }

  async info(): Promise<SightInfo | undefined> {
    return this.#closed ? undefined : this.#deps.info();
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#newest = undefined;
    this.#deps.process()?.send({ type: 'close', camera: this.#camera });
    this.#deps.close();
  }

  tell(news: WatcherNews): void {
    if (this.#closed) return;
    if (news.type === 'memory') this.#options = { ...this.#options, memory: news.text };
    try {
      this.#onNews(this.#forgetting > 0 ? withoutPictures(news) : news);
    } catch (error) {
      // No fault of the watcher, which tells the others' news as well.
      this.#deps.warn(`What was seen (${news.type}) could not be told: ${reason(error)}`);
    }
  }

  forgotten(): void {
    this.#forgetting--;
  }

  taken(): void {
    this.#onTheWay = Math.max(0, this.#onTheWay - 1);
    const newest = this.#newest;
    this.#newest = undefined;
    if (newest) this.push(newest);
  }
}
