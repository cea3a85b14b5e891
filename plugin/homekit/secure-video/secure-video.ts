/** HomeKit Secure Video of one camera: what HAP calls, and how it stands. */
import type { CameraControllerOptions, RecordingPacket } from 'homebridge';
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

export interface SecureVideo extends AsyncDisposable {
  /** For HAP's camera controller. */
  readonly recording: NonNullable<CameraControllerOptions['recording']>;
  /** To be called once the controller is configured. */
  attach(): void;
  /** HomeKit has been told of motion: a recording that is asked for now begins before this moment. */
  noteMotion(): void;
  status(): SecureVideoStatus;
}

/** A hub gives up after 5 s without a first picture. */
const FIRST_PICTURE_MS = 4500;
const LOOK_AGAIN_MS = 50;
/** At the end a recording has this long to say goodbye. */
const GOODBYE_MS = 500;

interface Session {
  streamId: number;
  stop: AbortController;
  startedAt: number;
  fragments: number;
  seconds: number;
  over: boolean;
}

export function createSecureVideo(options: SecureVideoOptions): SecureVideo {
  const { camera, clock, log, mode, refusal, onDisarmed } = options;
  const closing = new Set<Promise<void>>();
  let armed = false;
  let disposed = false;
  let forgetState = () => {};
  let motionAt = Number.NEGATIVE_INFINITY;
  let selection: Selection | undefined;
  let feed: RecordingFeed | undefined;
  let session: Session | undefined;
  let last: Pick<SecureVideoStatus, 'lastRequestAt' | 'lastFirstFragmentMs' | 'lastClose'> = {};

  const status = (): SecureVideoStatus => {
    const facts = {
      armed,
      ...(selection && { configuration: configurationOf(selection, mode.audioActive) }),
      prebufferMs: feed?.take?.keptMs ?? 0,
      recording: session !== undefined,
      ...last,
    };
    const { online, privacy } = camera.state;
    const standing = { ...facts, online, privacy, cameraOff: !mode.cameraActive, problem: feed?.problem };
    return { ...facts, line: statusLine(standing, clock.now()) };
  };
  const closeFeed = (reason: string, forget = false) => {
    const old = feed;
    feed = undefined;
    if (!old) return;
    old.end(reason, { forget });
    const closed = old[Symbol.asyncDispose]().finally(() => closing.delete(closed));
    closing.add(closed);
  };

  /** Makes the feed what it should be. A recording that runs goes on as it began. */
  const settle = () => {
    if (disposed || !armed || !selection || !mode.cameraActive) {
      closeFeed(disposed ? OUR_REASON.shutdown : OUR_REASON.disarmed, !mode.cameraActive);
    } else if (!feed) {
      feed = new RecordingFeed({ ...options, selection, audio: mode.audioActive });
    } else if (!session && (feed.selection !== selection || feed.audio !== mode.audioActive)) {
      closeFeed(OUR_REASON.replaced);
      feed = new RecordingFeed({ ...options, selection, audio: mode.audioActive });
    }
  };

  const finish = (ended: Session, reason: string) => {
    if (ended.over) return;
    ended.over = true;
    ended.stop.abort();
    if (session === ended) session = undefined;
    last = { ...last, lastClose: { at: clock.now(), reason } };
    const { fragments, seconds } = ended;
    log.info(`HomeKit Secure Video: ${Math.round(seconds)} s in ${fragments} fragments, ${reason}.`);
    settle();
  };

  const firstTake = async (signal: AbortSignal): Promise<Take | undefined> => {
    const deadline = clock.monotonic() + FIRST_PICTURE_MS;
    while (feed && !feed.take && !signal.aborted && !camera.state.privacy && clock.monotonic() < deadline)
      await sleep(clock, LOOK_AGAIN_MS, signal);
    return feed?.take;
  };

  const begin = (streamId: number): Session => {
    // HAP has one recording at a time; what still runs has lost its hub.
    if (session) finish(session, OUR_REASON.replaced);
    const startedAt = clock.monotonic();
    session = { streamId, stop: new AbortController(), startedAt, fragments: 0, seconds: 0, over: false };
    last = { lastRequestAt: clock.now() };
    return session;
  };

  async function* handle(
    streamId: number,
    closed?: AbortSignal,
  ): AsyncGenerator<RecordingPacket, void, undefined> {
    const mine = begin(streamId);
    const signal = closed ? AbortSignal.any([closed, mine.stop.signal]) : mine.stop.signal;
    const take = await firstTake(signal);
    if (signal.aborted) return;
    if (!take || !feed) {
      const { privacy } = camera.state;
      finish(mine, privacy ? OUR_REASON.privacy : OUR_REASON.noPicture);
      throw refusal(privacy ? REFUSE.notAllowed : REFUSE.timeout);
    }
    const withSound = feed.audio;
    const { prebufferMs, fragmentMs } = feed.selection;
    yield* record({
      ...{ take, clock, signal, fragmentMs },
      beginMs: beginMs(prebufferMs, mine.startedAt - motionAt),
      soundWanted: () => withSound && mode.audioActive,
      onFragment: (seconds) => {
        mine.seconds += seconds;
        if (mine.fragments++ > 0) return;
        last = { ...last, lastFirstFragmentMs: Math.round(clock.monotonic() - mine.startedAt) };
      },
      onEnd: (reason) => finish(mine, reason),
    });
  }

  return {
    recording: {
      options: RECORDING_OPTIONS,
      delegate: {
        updateRecordingActive(active) {
          if (armed && !active) onDisarmed();
          armed = active;
          settle();
        },
        updateRecordingConfiguration(configuration) {
          selection = configuration && selectionOf(configuration);
          settle();
        },
        handleRecordingStreamRequest: handle,
        closeRecordingStream(streamId, reason) {
          if (session?.streamId === streamId) finish(session, closeReason(reason));
        },
      },
    },
    attach() {
      mode.onChange(settle);
      const showPrivacy = () => mode.showManuallyDisabled(camera.state.privacy);
      forgetState = camera.onState(showPrivacy);
      showPrivacy();
      settle();
    },
    noteMotion() {
      motionAt = clock.monotonic();
    },
    status,
    async [Symbol.asyncDispose]() {
      disposed = true;
      forgetState();
      settle();
      // The hub shall hear that it was the last fragment.
      const deadline = clock.monotonic() + GOODBYE_MS;
      while (session && clock.monotonic() < deadline) await sleep(clock, LOOK_AGAIN_MS);
      if (session) finish(session, OUR_REASON.shutdown);
      await Promise.all(closing);
    },
  };
}

function configurationOf(
  selection: Selection,
  audio: boolean,
): NonNullable<SecureVideoStatus['configuration']> {
  const { width, height, fps, kbps, fragmentMs } = selection;
  return { width, height, fps, kbps, fragmentMs, audio };
}
