/** Takes one connection of a camera through all that it needs to be recorded: out come groups of pictures with their sound. */
import type { Fragment, Init, Track } from '../../camera/contract.ts';
import type { Ffmpeg } from '../../camera/ffmpeg.ts';
import type { EncoderChoice } from '../../camera/video-encoder-choice.ts';
import type { StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import { type Log, withoutSecrets } from '../../system/log.ts';
import { planAudio } from './audio-plan.ts';
import { type Break, Continuity } from './continuity.ts';
import { GopCutter, type PlacedSample } from './gop-cutter.ts';
import { recordedAudioArgs, recordedVideoArgs } from './record-args.ts';
import { SOUND_RATE } from './recording-options.ts';
import type { Selection } from './selection.ts';
import { Take } from './take.ts';
import { convertWay, copyWay, type TrackWay } from './track-way.ts';
import type { VideoPlan } from './video-plan.ts';

export interface LineTools {
  ffmpeg: Ffmpeg | undefined;
  encoders: EncoderChoice;
  startChild: StartChild;
  clock: Clock;
  log: Log;
}

export interface LineOptions extends LineTools {
  init: Init;
  video: Track;
  plan: VideoPlan;
  selection: Selection;
  /** Whether the Home app wants sound. */
  audio: boolean;
  /** How much of the past is kept, in ms. */
  keepMs: number;
}

/** Why a line can't go on: pictures that do not fit, or a conversion that ended. */
export type LineFailure = Break | { what: 'reordered' } | { what: 'conversion-ended'; why: string };

/** Samples of AAC that an encoder puts before the first one it was given. */
const AAC_DELAY = 1024 / SOUND_RATE;
/** A camera that announces sound and sends none has to send some within this time, in ms. */
const SOUND_WAIT_MS = 1500;
/** The first sound comes out of ffmpeg within this time even on a small machine, in ms. */
const CONVERTER_START_MS = 10_000;

export class RecordingLine implements AsyncDisposable {
  readonly #options: LineOptions;
  readonly #continuity: Continuity;
  readonly #cutter: GopCutter;
  readonly #video: TrackWay;
  readonly #audio: TrackWay | undefined;
  readonly #audioTrack: Track | undefined;
  readonly #startedAt: number;
  #audioCame = false;
  #take: Take | undefined;
  #failure: LineFailure | undefined;
  #ended = false;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#startedAt = options.clock.monotonic();
    this.#continuity = new Continuity(options.selection);
    this.#audioTrack = options.init.tracks.find(({ kind }) => kind === 'audio');
    this.#audio = this.#audioWay(this.#audioTrack);
    this.#cutter = new GopCutter({ audio: this.#audio !== undefined });
    this.#video = this.#videoWay();
  }

  /** Undefined until its first group of pictures is complete. */
  get take(): Take | undefined {
    return this.#take?.keptMs ? this.#take : undefined;
  }

  get failure(): LineFailure | undefined {
    return this.#failure;
  }

  get plan(): VideoPlan {
    return this.#options.plan;
  }

  get init(): Init {
    return this.#options.init;
  }

  /** Takes a fragment of the camera, the first with a keyframe; resolves when there is room for more pictures. */
  async push(fragment: Fragment): Promise<void> {
    if (fragment.track === this.#options.video.id) await this.#pushPicture(fragment);
    else if (fragment.track === this.#audioTrack?.id) {
      this.#audioCame = true;
      // Pictures do not wait for sound.
      void this.#audio?.write(fragment);
    }
    this.#collect();
  }

  /**
   * Ends the take. What is complete, and the group that is not, may still be seen by the recording that runs, unless it has to be
   * forgotten.
   */
  end(reason: string, { forget = false } = {}): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!forget && this.#take) for (const gop of this.#cutter.flush()) this.#take.add(gop);
    this.#take?.end(reason, { forget });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await Promise.all([this.#video[Symbol.asyncDispose](), this.#audio?.[Symbol.asyncDispose]()]);
  }

  async #pushPicture(fragment: Fragment): Promise<void> {
    const found = this.#continuity.push(fragment);
    // What is encoded anew gets keyframes of its own.
    if (found?.what === 'gap' || (found && this.plan.how === 'copy')) this.#failure ??= found;
    else await this.#video.write(fragment);
  }

  #videoWay(): TrackWay {
    const { init, video: track, plan, selection, ffmpeg, encoders, startChild, clock } = this.#options;
    const onSamples = (samples: PlacedSample[], keyframe: boolean) => {
      this.#cutter.pushVideo(samples, keyframe, clock.monotonic());
      this.#collect();
    };
    if (plan.how === 'copy' || !ffmpeg) return copyWay({ init, track, onSamples });
    const encoder = encoders.current();
    const way = convertWay({
      ...{ init, track, onSamples, startChild, clock, delay: 0 },
      ffmpeg: ffmpeg.path,
      args: recordedVideoArgs(encoder, selection),
      onFailure: () => {
        encoders.failed(encoder);
        this.#failure ??= { what: 'conversion-ended', why: withoutSecrets(way.failed?.join(' ') ?? '') };
      },
    });
    return way;
  }

  #audioWay(track: Track | undefined): TrackWay | undefined {
    const { init, audio: wanted, ffmpeg, startChild, selection, clock, log } = this.#options;
    const plan = planAudio(track, { wanted, ffmpeg: ffmpeg !== undefined });
    if (!track || plan === 'none') return undefined;
    const onSamples = (samples: PlacedSample[]) => {
      this.#cutter.pushAudio(samples, clock.monotonic());
      this.#collect();
    };
    if (plan === 'copy' || !ffmpeg) return copyWay({ init, track, onSamples });
    const way = convertWay({
      ...{ init, track, onSamples, startChild, clock, delay: AAC_DELAY },
      ffmpeg: ffmpeg.path,
      args: recordedAudioArgs({ kbps: selection.audioKbps }),
      // The pictures go on without it.
      onFailure: () =>
        log.debug(`The sound for recordings ended: ${withoutSecrets(way.failed?.join(' ') ?? '')}`),
    });
    return way;
  }

  #collect(): void {
    if (this.#ended || this.#failure) return;
    const { plan, clock } = this.#options;
    if (plan.how === 'copy' && this.#cutter.reordered) {
      this.#failure = { what: 'reordered' };
      return;
    }
    const take = this.#current();
    if (take) for (const gop of this.#cutter.take(clock.monotonic())) take.add(gop);
  }

  /** Undefined until both headers are known: sound that is not in the first packet of a recording can't come later. */
  #current(): Take | undefined {
    const { header: video } = this.#video;
    const audio = this.#audio?.header;
    if (!video || (this.#audio && !audio && this.#audioMayCome())) return this.#take;
    this.#take ??= new Take({ video, audio, keepMs: this.#options.keepMs });
    return this.#take;
  }

  #audioMayCome(): boolean {
    if (this.#audio?.failed) return false;
    const waited = this.#options.clock.monotonic() - this.#startedAt;
    return waited < (this.#audioCame ? CONVERTER_START_MS : SOUND_WAIT_MS);
  }
}
