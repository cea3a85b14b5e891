/** One camera with the real episodes, parcels, journal and bus behind its eyes; what the eyes see is the test's to tell. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Camera, SmallFrame, Still } from '../../plugin/camera/contract.ts';
import type { DetectionConfig } from '../../plugin/config.ts';
import type { DecisionPictures, NewDecision } from '../../plugin/detection/decisions.ts';
import { openHousehold } from '../../plugin/detection/household.ts';
import { createParcels, type Parcels } from '../../plugin/detection/parcels.ts';
import { type CameraMemory, openCameraMemory } from '../../plugin/detection/sight-memory.ts';
import { type CameraWatch, type Eyes, watchCamera } from '../../plugin/detection/watch-camera.ts';
import type { WatcherNews } from '../../plugin/detection/watcher/contract.ts';
import { EventBus } from '../../plugin/events/bus.ts';
import { openJournal } from '../../plugin/events/journal.ts';
import type { Log } from '../../plugin/system/log.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { FakeWatcher } from './fake-watcher.ts';
import { ManualClock } from './manual-clock.ts';
import { grayFrame } from './small-frame.ts';

export const REF = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const ALL: DetectionConfig = { motionBy: 'both', smallest: 10, shortest: 0.6, people: true, packages: true };
export const AS_SHIPPED: Eyes = {
  zones: { doorstep: [], motion: [], ignore: [] },
  leanings: { motion: 0, person: 0, package: 0 },
};
export const PICTURE = { width: 1, height: 1, png: Uint8Array.of(1) };
export const BOX = { left: 0.4, top: 0.2, right: 0.6, bottom: 0.9 };
const STILL: Still = { jpeg: Buffer.from('best'), width: 9, height: 9, takenAt: 0, source: 'decoded' };

export class WatchHouse implements Disposable {
  readonly clock = new ManualClock();
  readonly events: DoorstepEvent[] = [];
  readonly decided: (NewDecision & { pictures: DecisionPictures })[] = [];
  readonly lines: string[] = [];
  /** What is kept over a restart, by path. */
  readonly disk = new Map<string, string>();
  readonly frameListeners = new Set<(frame: SmallFrame) => void>();
  readonly forgetListeners = new Set<() => void>();
  readonly watcher = new FakeWatcher();
  /** Whether the camera is there. */
  online = true;
  readonly bus: EventBus;
  readonly #folder = mkdtempSync(join(tmpdir(), 'watch-'));
  readonly #log: Log = { debug() {}, info: (line) => this.lines.push(line), warn() {}, error() {} };
  readonly #journal;
  #running: { stop: AbortController; parcels: Parcels; memory: CameraMemory } | undefined;

  constructor() {
    const { clock } = this;
    const log = this.#log;
    this.#journal = openJournal({ path: join(this.#folder, 'journal.sqlite'), clock, log });
    this.bus = new EventBus({ journal: this.#journal, clock, log });
    this.bus.subscribe((event) => this.events.push(event));
  }

  get parcels(): Parcels {
    if (!this.#running) throw new Error('The camera is not watched.');
    return this.#running.parcels;
  }

  /** Begins, or begins again after `close` with what is on the disk. */
  start(config: Partial<DetectionConfig> = {}): CameraWatch {
    const { clock, bus, watcher, disk } = this;
    const log = this.#log;
    const openFile = (path: string) => ({
      read: () => disk.get(path),
      write: (text: string) => void disk.set(path, text),
    });
    const memory = openCameraMemory(this.#folder, REF.id, { openFile, clock, log });
    const home = openHousehold(openFile('household'), { clock, log });
    const parcels = createParcels({ ref: REF, events: bus, home, memory, clock, log });
    const stop = new AbortController();
    this.#running = { stop, parcels, memory };
    return watchCamera(
      {
        ...{ camera: this.#camera(), config: { ...ALL, ...config }, eyes: AS_SHIPPED },
        ...{ watcher, parcels, memory, bus, clock, log },
        decisions: { add: (decision, pictures) => void this.decided.push({ ...decision, pictures }) },
      },
      stop.signal,
    );
  }

  close(): void {
    this.#running?.stop.abort();
    this.#running?.parcels[Symbol.dispose]();
    this.#running?.memory[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.close();
    this.#journal[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  tell(news: WatcherNews): void {
    this.watcher.of(REF.id).tell(news);
  }

  moves(score = 0.2): void {
    const at = this.clock.now();
    this.tell({
      ...{ type: 'motion', at, score, box: BOX, scores: { size: 0.3 }, zone: 'motion', picture: PICTURE },
    });
  }

  somebody(score = 0.5): void {
    const at = this.clock.now();
    this.tell({
      ...{ type: 'person', at, score, box: BOX, scores: { looks: 2 }, zone: 'doorstep', picture: PICTURE },
    });
  }

  left(): void {
    this.tell({ type: 'left', at: this.clock.now() });
  }

  parcel(
    phase: 'delivered' | 'removed' | 'corrected',
    decisionId: string,
    more: { supersedes?: string; packageId?: string; count?: number } = {},
  ): void {
    const decidedAt = this.clock.now();
    this.tell({
      ...{ type: 'package', phase, at: decidedAt - 3000, decidedAt, packageId: 'p', decisionId },
      ...{ count: 1, score: 0.9, box: BOX, rule: 'new-after-visit', scores: { edges: 1 } },
      ...{ before: PICTURE, after: PICTURE, ...more },
    });
  }

  /** The camera gives a small picture. */
  picture(): void {
    const frame = grayFrame({ width: 2, height: 2, at: this.clock.now(), luma: new Uint8Array(4) });
    for (const listener of this.frameListeners) listener(frame);
  }

  /** What the events say, in short. */
  story(): string[] {
    return this.events.map(({ kind, phase, label }) => `${label ?? kind} ${phase}`);
  }

  #camera(): Pick<Camera, 'ref' | 'onSmallFrame' | 'snapshot' | 'state' | 'onForget'> {
    const { frameListeners, forgetListeners, clock } = this;
    const isOnline = () => this.online;
    return {
      ref: REF,
      get state() {
        return { online: isOnline(), since: 0, privacy: false };
      },
      onSmallFrame(listener) {
        frameListeners.add(listener);
        return () => frameListeners.delete(listener);
      },
      onForget(listener) {
        forgetListeners.add(listener);
        return () => void forgetListeners.delete(listener);
      },
      snapshot: async () => ({ ...STILL, takenAt: clock.now() }),
    };
  }
}
