/** The watcher's end of the wire: one `Sight` a camera, one detector for all. */
import type { Problem } from '../../../protocol/api.ts';
import type { Clock } from '../../system/clock.ts';
import { encodeFrame, FrameDecoder } from '../../system/frames.ts';
import { reason } from '../../system/problem.ts';
import type { Detector, Sight, SightNews, SightOptions, SightStep } from '../contract.ts';
import type { WatcherNews } from './contract.ts';
import { DetectorHolder } from './detector-holder.ts';
import { frameOf } from './frame-wire.ts';
import { LookQueue } from './look-queue.ts';
import type { FromWatcher, ToWatcher, WatcherSetup } from './messages.ts';
import { packNews } from './news-wire.ts';
import { withPictures } from './with-pictures.ts';

export interface ServeWatcherDeps {
  /** Frames from the hub; their end ends the watcher. */
  input: AsyncIterable<Buffer>;
  /** Takes frames for the hub. */
  write(frame: Buffer): void;
  createSight(options: SightOptions): Sight;
  openDetector(setup: WatcherSetup): Promise<Detector>;
  clock: Clock;
  /** Processes that want a core, for each core. */
  load(): number;
}

interface OpenCamera {
  /** Without its memory. */
  options: SightOptions;
  /** What its eyes told last to be remembered. */
  memory: string | undefined;
  sight: Sight;
  /** Pictures that were looked through since one could not be. */
  good: number;
}

/** After so many pictures a camera does well again: a minute. */
const WELL_AGAIN = 300;

/** Serves until the input ends. Rejects when the input is no conversation. */
export async function serveWatcher(deps: ServeWatcherDeps): Promise<void> {
  const decoder = new FrameDecoder<ToWatcher>();
  await using desk = new WatcherDesk(deps);
  for await (const chunk of deps.input) {
    for (const { header, payload } of decoder.push(chunk)) desk.take(header, payload);
  }
}

class WatcherDesk implements AsyncDisposable {
  readonly #deps: ServeWatcherDeps;
  readonly #cameras = new Map<number, OpenCamera>();
  readonly #looks: LookQueue;
  #holder: DetectorHolder | undefined;

  constructor(deps: ServeWatcherDeps) {
    this.#deps = deps;
    this.#looks = new LookQueue({
      clock: deps.clock,
      load: deps.load,
      detector: async () => this.#holder?.get(),
      onLook: (error) => this.#holder?.looked(error),
    });
  }

  take(message: ToWatcher, payload: Buffer): void {
    if (message.type === 'setup') this.#setUp(message);
    else if (message.type === 'open') this.#open(message.camera, message.options);
    else if (message.type === 'configure') this.#configure(message.camera, message.options);
    else if (message.type === 'forget') this.#forget(message.camera);
    else if (message.type === 'gone') this.#step(message.camera, (sight) => sight.gone(message.packageIds));
    else if (message.type === 'close') this.#close(message.camera);
    else if (message.type === 'frame') this.#push(message, payload);
    else if (message.type === 'info') this.#inform(message);
    else this.#say({ type: 'pong' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cameras.clear();
    this.#looks[Symbol.dispose]();
    await this.#holder?.[Symbol.asyncDispose]();
  }

  #setUp(setup: WatcherSetup): void {
    const { clock, openDetector } = this.#deps;
    this.#holder ??= new DetectorHolder({
      clock,
      open: () => openDetector(setup),
      onProblem: (problem) => this.#say({ type: 'detector', ...(problem && { problem }) }),
    });
  }

  #open(camera: number, options: SightOptions): void {
    const { memory, ...rest } = options;
    const open = { options: rest, memory, sight: this.#createSight(options), good: WELL_AGAIN };
    this.#cameras.set(camera, open);
    this.#tellBegun(camera, open);
    this.#loadWhereNeeded(options);
  }

  #configure(camera: number, options: SightOptions): void {
    const open = this.#cameras.get(camera);
    if (!open) return;
    const { memory: _, ...rest } = options;
    open.options = rest;
    open.sight.configure(options);
    this.#loadWhereNeeded(options);
  }

  #forget(camera: number): void {
    this.#looks.forget(camera);
    this.#cameras.get(camera)?.sight.forget();
    this.#say({ type: 'forgotten', camera });
  }

  #close(camera: number): void {
    this.#cameras.delete(camera);
    this.#looks.forget(camera);
  }

  /** The model is in memory only where somebody wants people, and before they come. */
  #loadWhereNeeded({ people }: SightOptions): void {
    if (people) void this.#holder?.get();
  }

  #push(header: Extract<ToWatcher, { type: 'frame' }>, payload: Buffer): void {
    const { camera, skipped } = header;
    if (skipped > 0) this.#looks.fellBehind();
    const frame = frameOf(header, payload);
    if (this.#step(camera, (sight) => sight.push(frame))) this.#didWell(camera);
    this.#say({ type: 'taken', camera });
  }

  #didWell(camera: number): void {
    const open = this.#cameras.get(camera);
    if (!open || open.good >= WELL_AGAIN) return;
    if (++open.good === WELL_AGAIN) this.#say({ type: 'stumbled', camera });
  }

  /** A step that throws begins with this camera anew. Returns whether it was made. */
  #step(camera: number, act: (sight: Sight) => SightStep): boolean {
    const open = this.#cameras.get(camera);
    if (!open) return false;
    let step: SightStep;
    try {
      step = act(open.sight);
    } catch (error) {
      this.#beginAnew(camera, open, error);
      return false;
    }
    for (const news of step.news) {
      if (news.type === 'memory') open.memory = news.text;
      this.#tell(camera, news);
    }
    if (!step.look) return true;
    this.#looks.want(camera, step.look, {
      looked: ({ frame, part }, detected) =>
        this.#step(camera, (sight) => sight.looked(frame.at, detected, part)),
      notLooked: () => open.sight.notLooked(),
    });
    return true;
  }

  /** With what it remembered; where it stumbles again at once, without: that may be what it stumbled over. */
  #beginAnew(camera: number, open: OpenCamera, error: unknown): void {
    if (open.good === 0) open.memory = undefined;
    const isKnown = open.good < WELL_AGAIN;
    open.good = 0;
    if (!isKnown) this.#say({ type: 'stumbled', camera, problem: stumbledOver(error) });
    const { memory } = open;
    this.#looks.forget(camera);
    open.sight = this.#createSight({ ...open.options, ...(memory !== undefined && { memory }) });
    this.#tellBegun(camera, open);
  }

  #createSight(options: SightOptions): Sight {
    try {
      return this.#deps.createSight(options);
    } catch (error) {
      this.#warn(`What was kept of a camera cannot be read, and it begins anew: ${reason(error)}`);
      const { memory: _, ...rest } = options;
      return this.#deps.createSight(rest);
    }
  }

  #tellBegun(camera: number, { sight }: OpenCamera): void {
    this.#send(camera, { type: 'begun', packageIds: sight.info().packages.map(({ id }) => id) });
  }

  #tell(camera: number, news: SightNews): void {
    this.#send(camera, withPictures(news));
  }

  #send(camera: number, news: WatcherNews): void {
    const { header, payload } = packNews(news);
    this.#say({ type: 'news', camera, news: header }, payload);
  }

  #inform({ camera, call }: Extract<ToWatcher, { type: 'info' }>): void {
    const open = this.#cameras.get(camera);
    const model = open?.options.people ? this.#holder?.name : undefined;
    this.#say({
      ...{ type: 'info', call },
      ...(open && { info: { ...open.sight.info(), ...(model && { model }) } }),
    });
  }

  #warn(line: string): void {
    this.#say({ type: 'warning', line });
  }

  #say(message: FromWatcher, payload?: Buffer): void {
    this.#deps.write(encodeFrame(message, payload));
  }
}

function stumbledOver(error: unknown): Problem {
  return {
    code: 'detection-stumbles',
    what: `A picture of a camera could not be looked through, and its detection begins anew: ${reason(error)}.`,
    cure: 'It goes on by itself. Where this stays or comes again and again, please report it with these words.',
  };
}
