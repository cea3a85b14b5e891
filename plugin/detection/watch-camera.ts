/** Has one camera's pictures looked at, and makes events of what is seen there, or said by others. */
import { ulid } from 'ulid';
import type { SightInfo } from '../../protocol/detection.ts';
import type { Camera, Still } from '../camera/contract.ts';
import type { DetectionConfig } from '../config.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Leanings, SightOptions, SightZones } from './contract.ts';
import type { DecisionStore, NewDecision } from './decisions.ts';
import {
  EPISODE_RULES,
  type Episode,
  episodeEndsAt,
  type MotionInput,
  type MotionLabel,
  type MotionStep,
  stepEpisode,
} from './motion-episode.ts';
import type { Parcels } from './parcels.ts';
import type { CameraMemory } from './sight-memory.ts';
import { createVisitStill } from './visit-still.ts';
import type { Picture, WatchedCamera, Watcher, WatcherNews } from './watcher/contract.ts';

export interface CameraWatch {
  /**
   * The camera itself, a webhook or a person says that something moves, at an epoch ms. Returns the id of the `start` event of the
   * episode that this made or extended. Whether it may, while detection is off, is the caller's to decide.
   */
  report(at: number, options: { test: boolean; label?: MotionLabel }): string;
  /** Whether the picture is looked at; it is, unless told otherwise. Motion under way ends when it no longer is. */
  arm(armed: boolean): void;
  /** Whether packages can be seen now: pictures come and are looked through, and it is not too dark. */
  readonly certain: boolean;
  /** What is seen now; undefined while nobody looks. */
  info(): Promise<SightInfo | undefined>;
  /** Best picture of the visit that is under way or has just been. */
  bestStill(): Still | undefined;
  /** Takes effect with the next picture. Where other areas are hidden than before, what was seen before is not shown any more. */
  look(eyes: Eyes): void;
}

/** What the household drew, and how its answers moved the thresholds. */
export interface Eyes {
  zones: SightZones;
  leanings: Leanings;
}

export interface CameraWatchOptions {
  camera: Pick<Camera, 'ref' | 'onSmallFrame' | 'snapshot' | 'state' | 'onForget'>;
  config: DetectionConfig;
  eyes: Eyes;
  watcher: Watcher;
  parcels: Pick<Parcels, 'see' | 'begin' | 'giveUp' | 'onGone'>;
  decisions: Pick<DecisionStore, 'add'>;
  memory: Pick<CameraMemory, 'sight' | 'keepSight'>;
  bus: Pick<EventBus, 'publish'>;
  clock: Clock;
  log: Log;
}

/** A picture that is older than this shows nothing of now, in ms. */
const PICTURE_MS = 10_000;

type NewsOf<T extends WatcherNews['type']> = Extract<WatcherNews, { type: T }>;

/** Watches one camera until the signal aborts. Nothing looks at a picture of which nothing is wanted. */
export function watchCamera(options: CameraWatchOptions, signal: AbortSignal): CameraWatch {
  const watch = new OneCamera(options);
  signal.addEventListener('abort', () => watch.end(), { once: true });
  return watch;
}

class OneCamera implements CameraWatch {
  readonly #options: CameraWatchOptions;
  readonly #stills: ReturnType<typeof createVisitStill>;
  readonly #watched: WatchedCamera | undefined;
  readonly #stopFrames: () => void;
  readonly #stopForgets: () => void;
  readonly #stopGone: () => void;
  /** What is hidden, as text. */
  #hidden: string;
  #armed = true;
  #clear = true;
  #visited = false;
  /** Of the clock that never steps. */
  #pictureAt = Number.NEGATIVE_INFINITY;
  #episode: Episode | undefined;
  #startId = '';
  #cancelTimer = () => {};

  constructor(options: CameraWatchOptions) {
    const { camera, config, watcher, eyes, memory, parcels, clock } = options;
    this.#options = options;
    this.#stills = createVisitStill(camera, clock);
    this.#hidden = hiddenIn(eyes);
    if (config.people || config.motionBy !== 'camera') {
      const { sight } = memory;
      const begin = { ...sightOptions(config, eyes), ...(sight !== undefined && { memory: sight }) };
      this.#watched = watcher.open(camera.ref.id, begin, (news) => this.#hear(news));
    } else parcels.begin([]);
    this.#stopGone = parcels.onGone((packageIds) => this.#watched?.gone(packageIds));
    this.#stopFrames = camera.onSmallFrame((frame) => {
      this.#pictureAt = clock.monotonic();
      if (this.#armed) this.#watched?.push(frame);
    });
    this.#stopForgets = camera.onForget(() => this.#forget());
  }

  get certain(): boolean {
    const { camera, config, watcher, clock } = this.#options;
    if (!this.#armed || !this.#clear || !config.people || !config.packages) return false;
    if (watcher.problem !== undefined || !camera.state.online) return false;
    return clock.monotonic() - this.#pictureAt <= PICTURE_MS;
  }

  report(at: number, { test, label = 'motion' }: { test: boolean; label?: MotionLabel }): string {
    this.#handle({ type: 'trigger', at, test, label });
    return this.#startId;
  }

  arm(armed: boolean): void {
    if (armed === this.#armed) return;
    this.#armed = armed;
    if (armed) return;
    this.#visited = false;
    this.#stills.forget();
    this.#handle({ type: 'stop', at: this.#options.clock.now() });
  }

  async info(): Promise<SightInfo | undefined> {
    return this.#armed ? this.#watched?.info() : undefined;
  }

  bestStill(): Still | undefined {
    return this.#stills.best();
  }

  look(eyes: Eyes): void {
    this.#watched?.configure(sightOptions(this.#options.config, eyes));
    if (hiddenIn(eyes) === this.#hidden) return;
    this.#hidden = hiddenIn(eyes);
    this.#forget();
  }

  end(): void {
    this.#stopFrames();
    this.#stopForgets();
    this.#stopGone();
    this.#stills.forget();
    this.#watched?.[Symbol.dispose]();
    this.#cancelTimer();
  }

  /** Nothing that was seen until now may be shown any more. */
  #forget(): void {
    this.#stills.forget();
    this.#watched?.forget();
  }

  #hear(news: WatcherNews): void {
    if (news.type === 'memory') this.#options.memory.keepSight(news.text);
    else if (news.type === 'certainty') this.#clear = news.confirmed;
    else if (news.type === 'begun') this.#begun(news.packageIds);
    else if (news.type === 'over') this.#options.parcels.giveUp(news.packageIds);
    else if (this.#armed) this.#see(news);
    // It is of a picture from before it was switched off, and shall not be told: both know nothing of it.
    else if (news.type === 'package') {
      this.#options.parcels.giveUp([news.packageId]);
      this.#watched?.gone([news.packageId]);
    }
  }

  #begun(packageIds: readonly string[]): void {
    this.#clear = true;
    this.#options.parcels.begin(packageIds);
  }

  #see(news: Exclude<WatcherNews, { type: 'memory' | 'certainty' | 'begun' | 'over' }>): void {
    switch (news.type) {
      case 'motion':
        this.#moved(news);
        break;
      case 'person':
        this.#somebody(news);
        break;
      case 'left':
        this.#visited = false;
        this.#stills.over();
        this.#handle({ type: 'left', at: news.at });
        break;
      case 'package':
        this.#package(news);
    }
  }

  #moved(news: NewsOf<'motion'>): void {
    if (this.#options.config.motionBy === 'camera') return;
    const { at, score, zone } = news;
    const begun = this.#handle({ type: 'pixels', at, score, ...(zone && { zone }) });
    if (begun?.phase !== 'start' || begun.label !== 'motion') return;
    this.#keep(
      { ...told(news), kind: 'motion', phase: 'start', rule: 'moved', eventId: begun.eventId },
      { after: news.picture },
    );
  }

  #somebody(news: NewsOf<'person'>): void {
    const { at, score, zone } = news;
    this.#stills.betterLook(at);
    const step = this.#handle({ type: 'person', at, score, ...(zone && { zone }) });
    if (this.#visited) return;
    this.#visited = true;
    const eventId = step?.eventId ?? this.#startId;
    this.#keep(
      { ...told(news), kind: 'person', phase: 'start', rule: 'person-seen', eventId },
      { after: news.picture },
    );
  }

  #package(news: NewsOf<'package'>): void {
    const { phase, rule, decisionId, supersedes, before, after } = news;
    const eventId = this.#options.parcels.see(news);
    if (eventId === undefined) return;
    const decision = { ...told(news), id: decisionId, kind: 'package', phase, rule, eventId } as const;
    this.#keep({ ...decision, ...(supersedes !== undefined && { supersedes }) }, { before, after });
  }

  #keep(
    decision: Omit<NewDecision, 'id' | 'camera'> & { id?: string },
    pictures: { before?: Picture | undefined; after?: Picture | undefined },
  ): void {
    const { decisions, camera } = this.#options;
    const { before, after } = pictures;
    decisions.add(
      { ...decision, id: decision.id ?? ulid(decision.at), camera: camera.ref },
      { ...(before && { before: before.png }), ...(after && { after: after.png }) },
    );
  }

  /** Returns the last thing that was told. */
  #handle(input: MotionInput): (MotionStep & { eventId: string }) | undefined {
    const next = stepEpisode(this.#episode, input);
    this.#episode = next.episode;
    const told = next.steps.map((step) => ({ ...step, eventId: this.#publish(step) }));
    this.#armTimer();
    return told.at(-1);
  }

  #publish({ phase, at, label, score, zone, test }: MotionStep): string {
    const { bus, camera, log } = this.#options;
    const { id } = bus.publish({
      ...{ kind: 'motion', phase, camera: camera.ref, at, label },
      ...(score !== undefined && { score: Math.round(score * 100) / 100 }),
      ...(zone && { zone }),
      ...(test && { test }),
    });
    if (phase === 'start') this.#startId = id;
    // Whoever is seen next is decided on anew, also where nobody could say that the last one left.
    if (phase === 'end') this.#visited = false;
    if (phase !== 'update') log.debug(`${label === 'person' ? 'Somebody' : 'Motion'}: ${phase}`);
    return id;
  }

  #armTimer(): void {
    this.#cancelTimer();
    if (!this.#episode) return;
    const { clock } = this.#options;
    const left = episodeEndsAt(this.#episode, EPISODE_RULES) - clock.now();
    // No longer than the longest hold, however far the system clock was set back meanwhile.
    const wait = Math.min(Math.max(0, left), EPISODE_RULES.visitHoldMs);
    this.#cancelTimer = clock.after(wait, () => this.#handle({ type: 'tick', at: clock.now() }));
  }
}

const told = ({ at, score, scores, box }: NewsOf<'motion' | 'person' | 'package'>) => ({
  ...{ at, score, box },
  scores: { ...scores },
});

const hiddenIn = ({ zones }: Eyes) => JSON.stringify(zones.hidden ?? []);

function sightOptions(
  { people, packages, smallest, shortest }: DetectionConfig,
  { zones, leanings }: Eyes,
): SightOptions {
  const size = { smallest: smallest / 100, shortestMs: shortest * 1000 };
  // Without people nobody would know whether it was somebody who put it down, or the wind.
  return { people, packages: people && packages, zones, leanings, ...size };
}
