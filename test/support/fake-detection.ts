import type { CameraAreas, DetectionOrders } from '../../plugin/detection/orders.ts';
import { ProblemError } from '../../plugin/system/problem.ts';
import type {
  Area,
  DecisionInfo,
  HouseholdInfo,
  SightInfo,
  Tuning,
  Zones,
} from '../../protocol/detection.ts';

const AS_SHIPPED: Tuning = { motion: 0, person: 0, package: 0, right: 0, wrong: 0 };
const NOTHING_DRAWN: Zones = { doorstep: [], motion: [], ignore: [], privacy: [] };

/** Detection that sees nothing by itself: a test puts in what it has decided and sees. */
export class FakeDetection implements DetectionOrders {
  /** Newest first. */
  made: DecisionInfo[] = [];
  /** By decision id, or `d1 before` and `d1 after` where they differ. */
  readonly pictures = new Map<string, Uint8Array>();
  /** What it sees, by camera id. */
  readonly sees = new Map<string, SightInfo>();
  /** Privacy masks of the settings, of every camera. */
  configured: Area[] = [];
  readonly #zones = new Map<string, Zones>();
  readonly #tunings = new Map<string, Tuning>();
  readonly #listeners = new Set<() => void>();
  #household: HouseholdInfo = { home: 'unknown', since: 0 };

  zones(cameraId: string): CameraAreas {
    return { ...(this.#zones.get(cameraId) ?? NOTHING_DRAWN), configured: this.configured };
  }

  async setZones(cameraId: string, { doorstep, motion, ignore, privacy }: Zones): Promise<CameraAreas> {
    this.#zones.set(cameraId, { doorstep, motion, ignore, privacy });
    return this.zones(cameraId);
  }

  decisions({ camera, eventId, before = Infinity, limit }: Parameters<DetectionOrders['decisions']>[0]) {
    return this.made
      .filter(({ camera: { id, slug } }) => camera === undefined || id === camera || slug === camera)
      .filter((decision) => eventId === undefined || decision.eventId === eventId)
      .filter(({ at }) => at < before)
      .slice(0, limit);
  }

  decisionPicture(id: string, which: 'before' | 'after'): Uint8Array | undefined {
    return this.pictures.get(`${id} ${which}`) ?? this.pictures.get(id);
  }

  answer(id: string, answer: 'right' | 'wrong' | undefined): DecisionInfo {
    const { answer: before, ...found } = this.made.find((decision) => decision.id === id) ?? unknown(id);
    const next = { ...found, ...(answer && { answer }) };
    this.made = this.made.map((decision) => (decision.id === id ? next : decision));
    const tuning = { ...this.tuning(found.camera.id) };
    if (before) tuning[before]--;
    if (answer) tuning[answer]++;
    this.#tunings.set(found.camera.id, tuning);
    return next;
  }

  tuning(cameraId: string): Tuning {
    return this.#tunings.get(cameraId) ?? AS_SHIPPED;
  }

  resetTuning(cameraId: string): Tuning {
    this.#tunings.delete(cameraId);
    return AS_SHIPPED;
  }

  async sight(cameraId: string): Promise<SightInfo | undefined> {
    return this.sees.get(cameraId);
  }

  household(): HouseholdInfo {
    return this.#household;
  }

  setHome(home: HouseholdInfo['home']): HouseholdInfo {
    if (home === this.#household.home) return this.#household;
    this.#household = { home, since: Date.now() };
    for (const listener of this.#listeners) listener();
    return this.#household;
  }

  onHome(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

function unknown(id: string): never {
  throw new ProblemError({
    code: 'no-such-decision',
    what: `There is no decision ${id}.`,
    cure: 'List the decisions.',
  });
}
