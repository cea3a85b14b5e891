/** Measures frame rate, keyframe distance and bit rate of a stream as it goes by. */
import type { AudioFacts, VideoFacts } from '../../protocol/api.ts';
import type { Fragment, MediaItem, Track } from './contract.ts';

export interface StreamFacts {
  video?: VideoFacts;
  audio?: AudioFacts;
}

/** The median of three counts: ffmpeg moves times once, when the camera's first RTCP report tells it how late it is. */
const GROUPS = 3;
/** Smaller changes are not worth telling anyone. */
const NOTABLE = 0.1;
/** The bit rate of most cameras follows what they see. */
const NOTABLE_RATE = 0.5;

export class FactsMeter {
  #facts: StreamFacts = {};
  #videoTrack: number | undefined;
  #keyframeAt: number | undefined;
  #frames = 0;
  #bytes = 0;
  #groups: { gopMs: number; fps: number; kbps: number }[] = [];

  get facts(): StreamFacts {
    return this.#facts;
  }

  /** True when the facts changed with this item. */
  push(item: MediaItem): boolean {
    return item.type === 'init' ? this.#begin(item.tracks) : this.#measure(item);
  }

  #begin(tracks: readonly Track[]): boolean {
    const video = tracks.find((track) => track.kind === 'video');
    const audio = tracks.find((track) => track.kind === 'audio');
    this.#videoTrack = video?.id;
    this.#keyframeAt = undefined;
    this.#groups = [];
    const { fps, gopMs, kbps } = this.#facts.video ?? {};
    this.#facts = {
      ...(video?.width &&
        video.height && {
          video: {
            codec: video.codec,
            width: video.width,
            height: video.height,
            ...(fps !== undefined && { fps }),
            ...(gopMs !== undefined && { gopMs }),
            ...(kbps !== undefined && { kbps }),
          },
        }),
      ...(audio && {
        audio: { codec: audio.codec, sampleRate: audio.sampleRate ?? 0, channels: audio.channels ?? 1 },
      }),
    };
    return true;
  }

  #measure({ track, time, keyframe, data }: Fragment): boolean {
    if (track !== this.#videoTrack) return false;
    if (!keyframe) {
      this.#frames++;
      this.#bytes += data.length;
      return false;
    }
    const seconds = this.#keyframeAt === undefined ? 0 : time - this.#keyframeAt;
    const frames = this.#frames;
    this.#keyframeAt = time;
    const bytes = this.#bytes;
    this.#frames = 1;
    this.#bytes = data.length;
    const { video } = this.#facts;
    if (!video || seconds <= 0) return false;
    this.#groups.push({
      gopMs: Math.round(seconds * 1000),
      fps: Math.round((frames / seconds) * 10) / 10,
      kbps: Math.round((bytes * 8) / seconds / 1000),
    });
    if (this.#groups.length > GROUPS) this.#groups.shift();
    const median = this.#groups.toSorted((a, b) => a.gopMs - b.gopMs)[1];
    if (this.#groups.length < GROUPS || !median) return false;
    const { gopMs, fps, kbps } = median;
    const isNews =
      differs(video.gopMs, gopMs) || differs(video.fps, fps) || differs(video.kbps, kbps, NOTABLE_RATE);
    if (isNews) this.#facts = { ...this.#facts, video: { ...video, fps, gopMs, kbps } };
    return isNews;
  }
}

function differs(known: number | undefined, measured: number, notable = NOTABLE): boolean {
  return known === undefined || Math.abs(known - measured) > notable * known;
}
