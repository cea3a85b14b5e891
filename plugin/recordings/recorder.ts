import type { ClipInfo } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { Camera, Still } from '../camera/contract.ts';
import type { EventBus, IdentifiedDraft } from '../events/bus.ts';
import type { Clock } from '../system/clock.ts';
import { type Log, prefixed } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { clipEffect, promisesClip } from './clip-policy.ts';
import { ClipSession } from './clip-session.ts';
import type { RecordingStore } from './contract.ts';

export interface EventCamera {
  camera: Camera;
  /** Whether its events have clips. Without, they keep their picture alone. */
  clips: boolean;
  /** Whether everything is recorded beside them, and tells what is missing. */
  continuous: boolean;
  /** Whether the owner wants the sound of this camera in its clips. */
  audio: boolean;
  /** Best picture of the visit that is under way or has just been; undefined where nobody was seen. */
  bestStill?(): Still | undefined;
}

export interface RecorderOptions {
  cameras: readonly EventCamera[];
  bus: EventBus;
  store: Pick<RecordingStore, 'begin' | 'saveSnapshot' | 'noteGap'>;
  clock: Clock;
  log: Log;
}

/**
 * Keeps a clip and a snapshot of each ring, motion and package. Events get their `media` before they go out; a `clip ready` event
 * follows when a file is complete. Disposing it completes the clips under way; bus and store must still be open then.
 */
export function startRecorder(options: RecorderOptions): AsyncDisposable {
  const { cameras, bus } = options;
  const recorders = new Map(
    cameras.map((settings) => [settings.camera.ref.id, new CameraRecorder(settings, options)]),
  );
  const recorderOf = ({ camera }: { camera?: { id: string } }) => camera && recorders.get(camera.id);
  const stopEnriching = bus.addEnricher((draft) => recorderOf(draft)?.enrich(draft) ?? draft);
  const unsubscribe = bus.subscribe((event) => recorderOf(event)?.published(event));
  return {
    async [Symbol.asyncDispose]() {
      stopEnriching();
      unsubscribe();
      await Promise.all([...recorders.values()].map((recorder) => recorder.stop()));
    },
  };
}

type ClipDraft = IdentifiedDraft & { kind: ClipInfo['kind'] };

function belongsToClip(draft: IdentifiedDraft): draft is ClipDraft {
  return clipEffect(draft) !== 'none';
}

/** What somebody does is decided on so long after they were best seen, at most; in ms. */
const SAME_VISIT_MS = 120_000;

type Services = Pick<RecorderOptions, 'bus' | 'store' | 'clock' | 'log'>;

class CameraRecorder {
  readonly #settings: EventCamera;
  readonly #camera: Camera;
  readonly #services: Services;
  readonly #log: Log;
  readonly #underWay = new Set<Promise<void>>();
  #session: ClipSession | undefined;
  #saidAway = false;
  /** The motion under way, and its picture being kept. */
  #motion: { start: ClipDraft; kept: Promise<void> } | undefined;

  constructor(settings: EventCamera, services: Services) {
    this.#settings = settings;
    this.#camera = settings.camera;
    this.#services = services;
    this.#log = prefixed(services.log, settings.camera.ref.name);
  }

  /** Starts or extends what is recorded for this event, and tells the event of it. */
  enrich(draft: IdentifiedDraft): IdentifiedDraft {
    if (!belongsToClip(draft)) return draft;
    const opens = clipEffect(draft) === 'opens';
    const snapshot = opens && this.#camera.state.online;
    if (snapshot) this.#picture(draft);
    else if (draft.kind === 'motion' && draft.phase === 'end') this.#motionEnds(draft);
    const clipId = this.#clipFor(draft, opens);
    if (!snapshot && clipId === undefined) return draft;
    return {
      ...draft,
      media: {
        ...draft.media,
        ...(snapshot && { snapshot: { id: draft.id, ready: false } }),
        ...(clipId !== undefined && { clip: { id: clipId, ready: false } }),
      },
    };
  }

  /** Id of the clip that this event will be in; undefined where none can be promised. */
  #clipFor(draft: ClipDraft, opens: boolean): string | undefined {
    const { state } = this.#camera;
    if (!this.#settings.clips) return undefined;
    let session = this.#session?.ended ? undefined : this.#session;
    if (session) session.extend(draft);
    else if (opens && !state.privacy) session = this.#open(draft);
    const promised = promisesClip(state, this.#services.clock.now());
    if (session && !state.online && !this.#saidAway)
      this.#log.warn('The camera is offline: this event has a clip only if it comes back within seconds.');
    this.#saidAway = !state.online;
    return promised ? session?.clipId : undefined;
  }

  published(event: DoorstepEvent): void {
    this.#session?.published(event);
  }

  async stop(): Promise<void> {
    this.#session?.stop();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #open(opening: ClipDraft): ClipSession {
    const { bus, store, clock } = this.#services;
    const session = new ClipSession({
      camera: this.#camera,
      store,
      clock,
      log: this.#log,
      audio: this.#settings.audio,
      notesGaps: !this.#settings.continuous,
      opening,
      kind: opening.kind,
      onClip: ({ id, startedAt, snapshotId }) =>
        bus.publish({
          kind: 'clip',
          phase: 'ready',
          camera: this.#camera.ref,
          at: startedAt,
          media: {
            clip: { id, ready: true },
            ...(snapshotId && { snapshot: { id: snapshotId, ready: true } }),
          },
        }),
    });
    this.#session = session;
    this.#track(session.done);
    return session;
  }

  #picture(draft: ClipDraft): void {
    // Who took a package away is not there any more when it is known; what was put down is.
    const best = draft.phase === 'removed' ? this.#bestSince(draft.at - SAME_VISIT_MS) : undefined;
    const kept = this.#keepSnapshot(draft, best);
    if (draft.kind === 'motion') this.#motion = { start: draft, kept };
    this.#track(kept);
  }

  /** The picture of somebody's visit is the best of it, and not the first. */
  #motionEnds({ label }: ClipDraft): void {
    const motion = this.#motion;
    this.#motion = undefined;
    const best = motion && label === 'person' && this.#bestSince(motion.start.at);
    if (best) this.#track(motion.kept.then(() => this.#keepSnapshot(motion.start, best)));
  }

  #bestSince(at: number): Still | undefined {
    const best = this.#settings.bestStill?.();
    return best && best.takenAt >= at ? best : undefined;
  }

  async #keepSnapshot({ id, at, kind }: ClipDraft, best?: Still): Promise<void> {
    try {
      // The event is still on its way to its listeners; they come first.
      await Promise.resolve();
      const still = best ?? (await this.#camera.snapshot());
      // A drawn placeholder is no picture of the event, and neither is that of privacy mode.
      if (still.source === 'placeholder' || still.source === 'privacy') return;
      const event = { id, at, kind, camera: this.#camera.ref };
      await this.#services.store.saveSnapshot(event, still);
    } catch (error) {
      const isKnown = error instanceof ProblemError;
      this.#log[isKnown ? 'debug' : 'warn'](`No snapshot of event ${id}: ${reason(error)}`);
    }
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }
}
