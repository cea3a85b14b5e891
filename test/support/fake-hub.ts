/** A hub without cameras, HomeKit and disk journal, behind the same contract; the API in front of it is the real one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { type Auth, openAuth } from '../../plugin/api/auth.ts';
import type { HubServices } from '../../plugin/api/contract.ts';
import { type Api, startApi } from '../../plugin/api/server.ts';
import { refuseTrigger } from '../../plugin/camera/trigger-policy.ts';
import type { EventQuery, EventSource } from '../../plugin/events/contract.ts';
import type { ClipQuery, ClipSource, MediaFile, StorageOrders } from '../../plugin/recordings/contract.ts';
import { fileMedia } from '../../plugin/recordings/file-media.ts';
import { type Clock, systemClock } from '../../plugin/system/clock.ts';
import type { Log } from '../../plugin/system/log.ts';
import { ProblemError } from '../../plugin/system/problem.ts';
import {
  type ClipInfo,
  SNOOZE_MINUTES,
  type StorageInfo,
  type TimelineReply,
  type TriggerKind,
} from '../../protocol/api.ts';
import type { PackageHere } from '../../protocol/detection.ts';
import { type DoorstepEvent, EVENT_SCHEMA, type EventDraft } from '../../protocol/event.ts';
import { FakeCamera } from './fake-camera.ts';
import { FakeDetection } from './fake-detection.ts';
import { FakeExports } from './fake-storage.ts';
import { makeSampleMedia, type SampleMedia } from './sample-media.ts';
import { storageFacts } from './storage-facts.ts';

/** Events in memory, numbered from 1. */
export class FakeEvents implements EventSource {
  hubId = ulid();
  #events: DoorstepEvent[] = [];
  #lastSeq = 0;
  readonly #listeners = new Set<(event: DoorstepEvent) => void>();

  get lastSeq(): number {
    return this.#lastSeq;
  }

  publish(draft: EventDraft): DoorstepEvent {
    const now = Date.now();
    this.#lastSeq += 1;
    const event = {
      schema: EVENT_SCHEMA,
      ...draft,
      id: draft.id ?? ulid(now),
      seq: this.#lastSeq,
      detectedAt: draft.detectedAt ?? now,
      sentAt: now,
    } as const;
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /** Lets go of the events up to and with this number, as a pruned journal would. */
  forget(seq: number): void {
    this.#events = this.#events.filter((event) => event.seq > seq);
  }

  query({ kinds, camera, from = 0, to = Infinity, before = Infinity, limit }: EventQuery): DoorstepEvent[] {
    return this.#events
      .filter(
        (event) =>
          (!kinds || kinds.includes(event.kind)) &&
          (camera === undefined || event.camera?.id === camera || event.camera?.slug === camera) &&
          event.at >= from &&
          event.at <= to &&
          event.seq < before,
      )
      .reverse()
      .slice(0, limit);
  }

  since(after: number, limit: number): { events: DoorstepEvent[]; firstKept: number } {
    const firstKept = this.#events[0]?.seq ?? this.#lastSeq + 1;
    return { events: this.#events.filter((event) => event.seq > after).slice(0, limit), firstKept };
  }

  subscribe(listener: (event: DoorstepEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** How many listen; 0 after a clean end. */
  get listening(): number {
    return this.#listeners.size;
  }
}

/** Clips that are files in a folder; what is told of storage and timeline, a test sets. */
export class FakeClips implements ClipSource, StorageOrders {
  /** What `storage()` tells beyond an embedded storage that is ready. */
  facts: Partial<StorageInfo> = {};
  /** What `timeline()` tells of a camera, by id or slug, whatever time is asked for. */
  readonly footage = new Map<string, TimelineReply>();
  /** Whether the target is there again when it is tried next. */
  answersAgain = false;
  readonly #folder: string;
  #clips: ClipInfo[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes a clip of the sample media and its picture; both have the id that is returned. */
  async add(camera: ClipInfo['camera'], { mp4, jpeg, duration }: SampleMedia): Promise<ClipInfo> {
    const endedAt = Date.now();
    const id = ulid();
    await writeFile(join(this.#folder, `${id}.mp4`), mp4);
    await writeFile(join(this.#folder, `${id}.jpg`), jpeg);
    const clip: ClipInfo = {
      id,
      camera,
      kind: 'doorbell',
      eventIds: [],
      startedAt: endedAt - duration * 1000,
      endedAt,
      bytes: mp4.length,
      state: 'ready',
      snapshotId: id,
    };
    this.#clips.unshift(clip);
    return clip;
  }

  /** A clip that is being recorded: it has no file before `finish`. */
  begin(camera: ClipInfo['camera'], facts: Partial<ClipInfo> = {}): ClipInfo {
    const now = Date.now();
    const id = facts.id ?? ulid(now);
    const clip: ClipInfo = {
      ...{ id, camera, kind: 'doorbell', eventIds: [id], startedAt: now, endedAt: now, bytes: 0 },
      ...{ state: 'recording', ...facts },
    };
    this.#clips.unshift(clip);
    return clip;
  }

  /** It is complete; with a `file` it is at the target under that name. */
  async finish(id: string, { mp4 }: SampleMedia, file?: string): Promise<ClipInfo> {
    const begun = this.get(id);
    if (!begun) throw new Error(`no clip ${id} was begun`);
    await writeFile(join(this.#folder, `${id}.mp4`), mp4);
    const clip: ClipInfo = {
      ...{ ...begun, state: 'ready', bytes: mp4.length },
      ...(file === undefined ? { place: 'spool' } : { place: 'target', file }),
    };
    this.#clips = this.#clips.map((each) => (each === begun ? clip : each));
    return clip;
  }

  list({ camera, from = 0, to = Infinity, kinds, eventId, limit }: ClipQuery): ClipInfo[] {
    return this.#clips
      .filter(({ kind }) => !kinds || kinds.includes(kind))
      .filter(({ eventIds }) => eventId === undefined || eventIds.includes(eventId))
      .filter((clip) => camera === undefined || clip.camera.id === camera || clip.camera.slug === camera)
      .filter((clip) => clip.endedAt >= from && clip.startedAt <= to)
      .slice(0, limit);
  }

  get(id: string): ClipInfo | undefined {
    return this.#clips.find((clip) => clip.id === id);
  }

  async clip(id: string): Promise<MediaFile | undefined> {
    return this.get(id)?.state === 'ready' ? fileMedia(join(this.#folder, `${id}.mp4`)) : undefined;
  }

  async snapshot(id: string): Promise<MediaFile | undefined> {
    return this.get(id) && fileMedia(join(this.#folder, `${id}.jpg`));
  }

  timeline({ camera }: { camera: string }): TimelineReply {
    return this.footage.get(camera) ?? { spans: [], gaps: [] };
  }

  async storage(): Promise<StorageInfo> {
    const bytes = this.#clips.reduce((sum, clip) => sum + clip.bytes, 0);
    return { ...storageFacts(this.#folder), clips: this.#clips.length, bytes, ...this.facts };
  }

  async pin(id: string, pinned: boolean): Promise<ClipInfo> {
    const found = this.get(id);
    if (!found) throw refusal('no-such-clip');
    const { keep: _, ...rest } = found;
    const clip: ClipInfo = pinned ? { ...rest, keep: 'pinned' } : rest;
    this.#clips = this.#clips.map((each) => (each === found ? clip : each));
    return clip;
  }

  async setUpTarget(): Promise<void> {
    const { target } = await this.storage();
    if (target.state === 'missing') throw refusal('target-missing');
    this.facts = { ...this.facts, target: { ...target, state: 'ready', since: Date.now() } };
  }

  async tryTarget(): Promise<void> {
    const { target } = await this.storage();
    if (this.answersAgain)
      this.facts = { ...this.facts, target: { ...target, state: 'ready', since: Date.now() } };
  }

  async allowRemoval(): Promise<void> {
    const { asks, ...rest } = this.facts;
    if (!asks) throw refusal('nothing-asked');
    this.facts = rest;
  }
}

const refusal = (code: string) => new ProblemError({ code, what: 'The fake says no.', cure: 'Ask another.' });

export interface FakeHub extends AsyncDisposable {
  api: Api;
  auth: Auth;
  services: HubServices;
  events: FakeEvents;
  clips: FakeClips;
  exports: FakeExports;
  detection: FakeDetection;
  /** What lies in front of a camera, by its id. */
  packages: Map<string, PackageHere[]>;
  /** A doorbell `front-door` and a camera `garden`, both playing. */
  cameras: readonly [FakeCamera, FakeCamera];
  media: SampleMedia;
  /** What was set off through the API, oldest first. */
  triggers: { cameraId: string; kind: TriggerKind; test: boolean }[];
  /** What the API logged. */
  logged: string[];
  hooksKey: string;
  /** Its own temporary folder, gone when it is disposed. */
  folder: string;
}

export interface FakeHubOptions {
  /** Built web app to serve. */
  uiRoot?: string;
  /** Default 0: any free one. */
  port?: number;
  allowedHosts?: readonly string[];
  /** The API's clock; the cameras always live in real time. */
  clock?: Clock;
  /** Made anew when left out, which takes a second. */
  media?: SampleMedia;
}

/** Starts the real API on a loopback port, in front of a fake hub. */
export async function startFakeHub(options: FakeHubOptions = {}): Promise<FakeHub> {
  const { port = 0, allowedHosts = [], clock = systemClock, uiRoot } = options;
  const media = options.media ?? (await makeSampleMedia());
  // With a dot, as in `.homebridge`.
  const folder = await mkdtemp(join(tmpdir(), '.doorstep-api-'));
  const events = new FakeEvents();
  const clips = new FakeClips(folder);
  const cameras = [
    new FakeCamera({ ref: { id: 'cam-1', name: 'Front door', slug: 'front-door' }, media }),
    new FakeCamera({ ref: { id: 'cam-2', name: 'Garden', slug: 'garden' }, media, kind: 'camera' }),
  ] as const;
  const exports = new FakeExports(
    cameras.map(({ ref }) => ref),
    media,
  );
  const detection = new FakeDetection();
  const triggers: FakeHub['triggers'] = [];
  const packages: FakeHub['packages'] = new Map();
  const disarmed = new Set<string>();
  const snoozed = new Map<string, number>();
  const startedAt = Date.now();
  const services: HubServices = {
    version: '0.0.0-fake',
    cameras: () => cameras,
    events,
    clips,
    storage: clips,
    exports,
    detection,
    health: () => ({
      ok: true,
      version: '0.0.0-fake',
      uptimeMs: Date.now() - startedAt,
      lastSeq: events.lastSeq,
      cameras: { total: cameras.length, online: cameras.filter(({ state }) => state.online).length },
      problems: [],
    }),
    trigger(cameraId, kind, { test }) {
      const found = cameras.find(({ ref }) => ref.id === cameraId);
      const camera = found?.ref;
      const privacy = found?.state.privacy ?? false;
      const problem = refuseTrigger(
        kind,
        { privacy, armed: services.about(cameraId).armed },
        camera?.name ?? '',
      );
      if (problem) throw new ProblemError(problem);
      triggers.push({ cameraId, kind, test });
      return events.publish({
        ...(kind === 'ring' ? { kind: 'doorbell', phase: 'ring' } : { kind: 'motion', phase: 'start' }),
        at: Date.now(),
        ...(camera && { camera }),
        ...(test && { test }),
      }).id;
    },
    about(cameraId) {
      const snoozedUntil = snoozed.get(cameraId);
      const armed = !disarmed.has(cameraId) && snoozedUntil === undefined;
      return {
        ...{ armed, packages: packages.get(cameraId) ?? [] },
        ...(snoozedUntil !== undefined && { snoozedUntil }),
      };
    },
    async act(cameraId, action, { minutes = SNOOZE_MINUTES.default } = {}) {
      if (action === 'snooze') return void snoozed.set(cameraId, Date.now() + minutes * 60_000);
      if (action === 'arm' || action === 'disarm') snoozed.delete(cameraId);
      if (action === 'disarm') disarmed.add(cameraId);
      else if (action === 'arm') disarmed.delete(cameraId);
      else if (action === 'packages-collected') packages.delete(cameraId);
      else if (action === 'door-opened' || action === 'removal-explained') return;
      else await cameras.find(({ ref }) => ref.id === cameraId)?.setPrivacy(action === 'privacy-on');
    },
    examine: async ({ cameraId }) => ({
      at: Date.now(),
      host: [],
      cameras: cameras
        .filter(({ ref }) => cameraId === undefined || ref.id === cameraId)
        .map(({ ref }) => ({ camera: ref, at: Date.now(), verdicts: [], secureVideo: [] })),
    }),
    discover: async () => [],
  };
  const logged: string[] = [];
  const note = (line: string) => void logged.push(line);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const auth = openAuth({ path: join(folder, 'auth.sqlite'), clock });
  const hooksKey = 'hooks-key-of-this-fake-hub-32-letters';
  const closeRest = async () => {
    auth[Symbol.dispose]();
    for (const camera of cameras) await camera[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const api = await startApi({
      services,
      host: '127.0.0.1',
      port,
      allowedHosts,
      auth,
      hooksKey,
      clock,
      log,
      ...(uiRoot !== undefined && { uiRoot }),
    });
    return {
      ...{
        api,
        auth,
        services,
        events,
        clips,
        exports,
        detection,
        packages,
        cameras,
        media,
        triggers,
        logged,
        hooksKey,
        folder,
      },
      async [Symbol.asyncDispose]() {
        await api[Symbol.asyncDispose]();
        await closeRest();
      },
    };
  } catch (error) {
    await closeRest();
    throw error;
  }
}
