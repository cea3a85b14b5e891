/** HomeKit Secure Video of one camera: what HAP calls, and how it stands. */
import type { CameraControllerOptions, CameraRecordingConfiguration, RecordingPacket } from 'homebridge';
import type { SecureVideoStatus } from '../../../protocol/api.ts';
import type { Camera } from '../../camera/contract.ts';
import { sleep } from '../../system/clock.ts';
import { REFUSE } from '../hap-values.ts';
import { closeReason, OUR_REASON } from './close-reason.ts';
import type { OperatingMode } from './operating-mode.ts';
import { beginMs } from './prebuffer.ts';
import { record } from './recording.ts';
import { RecordingFeed } from './recording-feed.ts';
import type { LineTools } from './recording-line.ts';
import { RECORDING_OPTIONS } from './recording-options.ts';
import { type Selection, selectionOf } from './selection.ts';
import { statusLine } from './status-line.ts';
import type { Take } from './take.ts';

export interface SecureVideoOptions extends LineTools {
  camera: Camera;
  mode: OperatingMode;
  /** An error on which HAP refuses the recording, for one of `REFUSE`. */
  refusal: (reason: number) => Error;
  /** Called when the Home app switches recording off. */
  onDisarmed: () => void;
}

/** A hub gives up after 5 s without a first picture. */
const FIRST_PICTURE_MS = 4500;
const LOOK_AGAIN_MS = 50;
/** At the end a recording has this long to say goodbye. */
const GOODBYE_MS = 500;

/** A recording that a hub has asked for. */
interface Session {
  streamId: number;
  stop: AbortController;
  /** Monotonic ms. */
  startedAt: number;
  fragments: number;
  seconds: number;
}

export class SecureVideo implements AsyncDisposable {
  /** For HAP's camera controller. */
  readonly recording: NonNullable<CameraControllerOptions['recording']>;
  readonly #options: SecureVideoOptions;
  /** Feeds that are being closed. */
  readonly #closing = new Set<Promise<void>>();
  #forgetState = () => {};
  #disposed = false;
  #armed = false;
  #selection: Selection | undefined;
  #feed: RecordingFeed | undefined;
  #session: Session | undefined;
  #motionAt = Number.NEGATIVE_INFINITY;
  #last: Pick<SecureVideoStatus, 'lastRequestAt' | 'lastFirstFragmentMs' | 'lastClose'> = {};

  constructor(options: SecureVideoOptions) {
    this.#options = options;
    this.recording = {
      options: RECORDING_OPTIONS,
      delegate: {
        updateRecordingActive: (active) => this.#arm(active),
        updateRecordingConfiguration: (configuration) => this.#select(configuration),
        handleRecordingStreamRequest: (streamId, closed) => this.#record(streamId, closed),
        closeRecordingStream: (streamId, reason) => {
          if (this.#session?.streamId === streamId) this.#finish(this.#session, closeReason(reason));
        },
      },
    };
  }

  /** To be called once HAP's controller is configured. */
  attach(): void {
    const { camera, mode } = this.#options;
    const showPrivacy = () => mode.showManuallyDisabled(camera.state.privacy);
    mode.onChange(() => this.#settle());
    this.#forgetState = camera.onState(showPrivacy);
    showPrivacy();
    this.#settle();
  }

  /** HomeKit has been told of motion: a recording that is asked for now begins before this moment. */
  noteMotion(): void {
    this.#motionAt = this.#options.clock.monotonic();
  }

  status(): SecureVideoStatus {
    const { camera, clock, mode } = this.#options;
    const facts = {
      armed: this.#armed,
      ...(this.#selection && { configuration: configurationOf(this.#selection, mode.audioActive) }),
      prebufferMs: this.#feed?.take?.keptMs ?? 0,
      recording: this.#session !== undefined,
      ...this.#last,
    };
    const { online, privacy } = camera.state;
    const standing = { ...facts, online, privacy, cameraOff: !mode.cameraActive };
    return { ...facts, line: statusLine({ ...standing, problem: this.#feed?.problem }, clock.now()) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { clock } = this.#options;
    this.#disposed = true;
    this.#forgetState();
    this.#settle();
    // The hub shall hear that it was the last fragment.
    const deadline = clock.monotonic() + GOODBYE_MS;
    while (this.#session && clock.monotonic() < deadline) await sleep(clock, LOOK_AGAIN_MS);
    if (this.#session) this.#finish(this.#session, OUR_REASON.shutdown);
    await Promise.all(this.#closing);
  }

  #arm(active: boolean): void {
    const disarmed = this.#armed && !active;
    this.#armed = active;
    if (disarmed) this.#options.onDisarmed();
    this.#settle();
  }

  #select(configuration: CameraRecordingConfiguration | undefined): void {
    this.#selection = configuration && selectionOf(configuration);
    this.#settle();
  }

  /** Makes the feed what it should be. A recording that runs goes on as it began. */
  #settle(): void {
    const { mode } = this.#options;
    const selection = this.#armed && mode.cameraActive && !this.#disposed ? this.#selection : undefined;
    const audio = mode.audioActive;
    const feed = this.#feed;
    const fits = feed?.selection === selection && feed?.audio === audio;
    if (fits || (feed && selection && this.#session)) return;
    if (feed) this.#closeFeed(feed);
    this.#feed = selection && new RecordingFeed({ ...this.#options, selection, audio });
  }

  #closeFeed(feed: RecordingFeed): void {
    const { mode } = this.#options;
    if (!mode.cameraActive) feed.end(OUR_REASON.cameraOff, { forget: true });
    else feed.end(this.#disposed ? OUR_REASON.shutdown : OUR_REASON.disarmed);
    const closed = feed[Symbol.asyncDispose]().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  async *#record(streamId: number, closed?: AbortSignal): AsyncGenerator<RecordingPacket, void, undefined> {
    const { clock, mode } = this.#options;
    const session = this.#begin(streamId);
    // HAP-NodeJS before 2.1 has no signal; then it only calls `closeRecordingStream`.
    const signal = closed ? AbortSignal.any([closed, session.stop.signal]) : session.stop.signal;
    const take = await this.#firstTake(signal);
    if (signal.aborted) return;
    const feed = this.#feed;
    if (!take || !feed) throw this.#refuse(session);
    const { prebufferMs, fragmentMs } = feed.selection;
    yield* record({
      ...{ take, clock, signal, fragmentMs },
      beginMs: beginMs(prebufferMs, session.startedAt - this.#motionAt),
      soundWanted: () => feed.audio && mode.audioActive,
      onFragment: (seconds) => this.#count(session, seconds),
      onEnd: (reason) => this.#finish(session, reason),
    });
  }

  #begin(streamId: number): Session {
    const { clock } = this.#options;
    // HAP has one recording at a time, and refuses others as busy; what still runs has lost its hub.
    if (this.#session) this.#finish(this.#session, OUR_REASON.replaced);
    const startedAt = clock.monotonic();
    const session = { streamId, stop: new AbortController(), startedAt, fragments: 0, seconds: 0 };
    this.#session = session;
    this.#last = { lastRequestAt: clock.now() };
    return session;
  }

  async #firstTake(signal: AbortSignal): Promise<Take | undefined> {
    const { camera, clock } = this.#options;
    const deadline = clock.monotonic() + FIRST_PICTURE_MS;
    const mayCome = () => this.#feed && !camera.state.privacy && clock.monotonic() < deadline;
    while (!this.#feed?.take && mayCome() && !signal.aborted) await sleep(clock, LOOK_AGAIN_MS, signal);
    return this.#feed?.take;
  }

  #refuse(session: Session): Error {
    const { camera, refusal } = this.#options;
    const { privacy } = camera.state;
    this.#finish(session, privacy ? OUR_REASON.privacy : OUR_REASON.noPicture);
    return refusal(privacy ? REFUSE.notAllowed : REFUSE.timeout);
  }

  #count(session: Session, seconds: number): void {
    session.fragments += 1;
    session.seconds += seconds;
    if (session.fragments > 1) return;
    const lastFirstFragmentMs = Math.round(this.#options.clock.monotonic() - session.startedAt);
    this.#last = { ...this.#last, lastFirstFragmentMs };
  }

  #finish(session: Session, reason: string): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    session.stop.abort();
    const { clock, log } = this.#options;
    this.#last = { ...this.#last, lastClose: { at: clock.now(), reason } };
    const { fragments, seconds } = session;
    log.info(`HomeKit Secure Video: ${Math.round(seconds)} s in ${fragments} fragments, ${reason}.`);
    this.#settle();
  }
}

function configurationOf(
  { width, height, fps, kbps, fragmentMs }: Selection,
  audio: boolean,
): NonNullable<SecureVideoStatus['configuration']> {
  return { width, height, fps, kbps, fragmentMs, audio };
}
