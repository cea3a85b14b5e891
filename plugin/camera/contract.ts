/** What one camera gives to the rooms above it. Nothing here knows HomeKit, HTTP or files. */
import type { AudioFacts, CameraInfo, Problem, VideoFacts } from '../../protocol/api.ts';
import type { CameraRef } from '../../protocol/event.ts';
import type { Polygon } from './masks.ts';

export interface Track {
  id: number;
  kind: 'video' | 'audio';
  /** `h264`, `hevc`, `aac`, `opus`, `pcm_mulaw`, … as ffmpeg names it. */
  codec: string;
  /** RFC 6381, for MSE: `avc1.4d401f`, `mp4a.40.2`. */
  codecString: string;
  /** Ticks a second of this track's times. */
  timescale: number;
  width?: number;
  height?: number;
  sampleRate?: number;
  channels?: number;
}

/** The start of every MP4 made from this stream: ftyp + moov. A reconnect makes a new one. */
export interface Init {
  type: 'init';
  /** Grows by one with each connection to the camera. Fragments of another generation do not fit. */
  generation: number;
  data: Buffer;
  tracks: readonly Track[];
}

/** One moof + mdat as ffmpeg gave it: one video frame, or a run of audio samples. Never changed after creation. */
export interface Fragment {
  type: 'fragment';
  generation: number;
  /** Grows by one per fragment within a generation. */
  seq: number;
  /** Epoch ms at which it arrived from the camera. */
  at: number;
  /** Track of its first `traf`. */
  track: number;
  /** Decode time of its first sample, in seconds since the start of the generation. */
  time: number;
  /** Length in seconds. */
  duration: number;
  /** True where a decoder may start: the first packet of a video sync sample. */
  keyframe: boolean;
  data: Buffer;
}

export type MediaItem = Init | Fragment;

/** One JPEG picture. */
export interface Still {
  jpeg: Buffer;
  width: number;
  height: number;
  /** Epoch ms at which the picture was taken (its arrival at the hub). */
  takenAt: number;
  /** Where it came from: an already decoded picture, the ring, a drawn placeholder, or the plain picture of privacy mode. */
  source: 'decoded' | 'ring' | 'placeholder' | 'privacy';
}

/** The light of a small picture: `width * height` bytes. */
export type Luma = Pick<SmallFrame, 'width' | 'height' | 'luma'>;

/**
 * A small picture for detection, 4:2:0: `luma` has `width * height` bytes, `cb` and `cr` a quarter of that each, in rows of `width / 2`.
 * Both sides are even. Shared: treat it as read-only.
 */
export interface SmallFrame {
  width: number;
  height: number;
  /** Epoch ms. */
  at: number;
  luma: Uint8Array;
  cb: Uint8Array;
  cr: Uint8Array;
}

export interface CameraState {
  online: boolean;
  /** Epoch ms of the last change of `online`. */
  since: number;
  /** Privacy mode: nothing is read from the camera, and nothing older is kept. Then `online` is false, without a problem. */
  privacy: boolean;
  /** Why it is offline, or what limits it. */
  problem?: Problem;
  video?: VideoFacts;
  audio?: AudioFacts;
  /** The sub-stream, where there is one and it is being read. */
  sub?: VideoFacts;
}

/** `sub` is the small stream, which has no sound; a camera without one gives its main stream for both. */
export type StreamChoice = 'main' | 'sub';

export interface WatchOptions {
  /** Default `main`. */
  stream?: StreamChoice;
  /**
   * Where to begin: at the newest keyframe in the ring (default), or at the newest keyframe that is at least
   * this many ms old (the oldest one kept, when the ring is shorter). While the ring is empty it waits for the first.
   */
  agoMs?: number;
  /** Ends the iteration, without an error. */
  signal: AbortSignal;
  /**
   * How much a slow reader may fall behind, in bytes. Beyond it `skip` (default) jumps to the newest keyframe, `end` ends
   * the iteration. Default 8 MiB.
   */
  maxBacklog?: number;
  whenSlow?: 'skip' | 'end';
}

export interface SnapshotOptions {
  /** Wanted size in pixels; the picture keeps its own shape and may be larger. */
  width?: number;
  height?: number;
  /** Oldest acceptable picture, in ms; default 2000. Older ones are given only when nothing newer can be had in time. */
  maxAgeMs?: number;
}

/** One person speaking through the camera. Disposing it hangs up. */
export interface TalkSession extends AsyncDisposable {
  /** What `write` takes: samples a second of mono, signed 16-bit little-endian PCM. */
  readonly sampleRate: number;
  /** Sends some PCM, of any length, as it comes; what comes faster than real time for long is dropped. */
  write(pcm: Buffer): void;
  /** Resolves, never rejects, when it is over: with why, in words, when it ended by itself. */
  readonly ended: Promise<string | undefined>;
}

/** How a camera can be talked through: its own ONVIF backchannel, or an output of ffmpeg that the owner configured. */
export type TalkVia = 'backchannel' | 'output';

/** A camera that is being read. It keeps reading, reconnecting and buffering until it is disposed. */
export interface Camera extends AsyncDisposable {
  readonly ref: CameraRef;
  readonly kind: CameraInfo['kind'];
  readonly state: CameraState;
  /** Calls back on each change of `state`; the returned function ends it. */
  onState(listener: (state: CameraState) => void): () => void;
  /**
   * Live media: an `Init`, then fragments from a keyframe on. When the stream restarts, a new `Init` and a keyframe follow in
   * the same iteration. Buffers are shared: treat them as read-only. Privacy mode ends every iteration, and begins none.
   */
  watch(options: WatchOptions): AsyncIterable<MediaItem>;
  /** Newest picture. Rejects with a `ProblemError` when there has never been one. */
  snapshot(options?: SnapshotOptions): Promise<Still>;
  /** Small pictures, about 5 a second, for detection; the returned function ends it. */
  onSmallFrame(listener: (frame: SmallFrame) => void): () => void;
  /**
   * Turns privacy mode on or off. On: readers end, ring and pictures are forgotten, `watch` ends, `snapshot` gives a plain picture.
   * Resolves when no program reads the camera any more.
   */
  setPrivacy(on: boolean): Promise<void>;
  /**
   * Hides these areas in everything from now on, besides the masks of its configuration, which always hold, and instead of those that
   * were set before. Readers begin anew, ring and pictures are forgotten; every `watch` goes on with a new `Init`, and `snapshot` has
   * no picture until the next one. Resolves when nothing can be had any more in which they are not hidden, within a second or two; also
   * in privacy mode, after which they hold. The same ones again change nothing.
   */
  setMasks(masks: readonly Polygon[]): Promise<void>;
  /**
   * Calls back when nothing that was seen until now may be shown any more: other masks hold, or the camera has stopped hiding what it
   * should. Whoever keeps pictures or media lets go of them. Privacy mode is told by `onState`. The returned function ends it.
   */
  onForget(listener: () => void): () => void;
  /** Undefined while it cannot be talked through, or nobody knows yet. */
  readonly talkVia: TalkVia | undefined;
  /** Opens the way to its loudspeaker, for one speaker at a time. Rejects with a `ProblemError`: `no-talk`, `talk-busy`, `privacy-on`, … */
  talk(options: { signal: AbortSignal }): Promise<TalkSession>;
}
