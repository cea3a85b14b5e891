/** Reads the MP4 of one track as it comes from ffmpeg. */
import { parseMoof } from './fragment-parser.ts';
import { type InitTrack, parseMoov } from './init-segment.ts';
import { startsKeyframe, type VideoPacket } from './keyframe-policy.ts';
import { type Box, type BoxGroup, BoxSplitter } from './mp4-boxes.ts';
import { changedParameters } from './parameter-sets.ts';

export interface Header {
  type: 'header';
  data: Buffer;
  moov: Box;
  track: InitTrack;
}

/** One `moof` + `mdat`; times in seconds. */
export interface Packet {
  type: 'packet';
  data: Buffer;
  moof: Box;
  time: number;
  duration: number;
  keyframe: boolean;
}

export class MediaParser {
  readonly #splitter = new BoxSplitter();
  #track: InitTrack | undefined;
  #lastVideo: VideoPacket | undefined;
  #parameters: Buffer | undefined;
  #broken: string | undefined;

  /** Why nothing further can come of this connection: broken bytes, or a stream that became another one. */
  get broken(): string | undefined {
    return this.#broken ?? this.#splitter.broken;
  }

  /** What this chunk completes. Never throws; look at `broken` afterwards. */
  push(chunk: Buffer): (Header | Packet)[] {
    const parts: (Header | Packet)[] = [];
    for (const group of this.#splitter.push(chunk)) {
      if (this.#broken !== undefined) break;
      const part = this.#read(group);
      if (part) parts.push(part);
    }
    return parts;
  }

  #read({ boxes, data }: BoxGroup): Header | Packet | undefined {
    const last = boxes.at(-1);
    if (last?.type === 'moov') return this.#header(data, last);
    // Groups that are not a `moof` with its `mdat` (an index, say) are left out.
    const moof = boxes.find((box) => box.type === 'moof');
    return moof && last && this.#packet(data, moof, last);
  }

  #header(data: Buffer, moov: Box): Header | undefined {
    const track = parseMoov(data, moov)[0];
    if (!track || this.#track) {
      this.#broken = track ? 'a second header' : 'a header without a readable track';
      return undefined;
    }
    this.#track = track;
    return { type: 'header', data, moov, track };
  }

  #packet(data: Buffer, moof: Box, mdat: Box): Packet | undefined {
    const track = this.#track;
    const traf = track && parseMoof(data, moof, new Map([[track.id, track.defaults]]));
    if (!traf || traf.track !== track.id) return undefined;
    const time = traf.time / track.timescale;
    const keyframe = track.kind === 'video' && this.#startsKeyframe({ time, sync: traf.sync });
    if (keyframe && this.#becameAnother(track, data.subarray(mdat.body, mdat.end))) return undefined;
    return { type: 'packet', data, moof, time, duration: traf.duration / track.timescale, keyframe };
  }

  #startsKeyframe(packet: VideoPacket): boolean {
    const starts = startsKeyframe(packet, this.#lastVideo);
    this.#lastVideo = packet;
    return starts;
  }

  /** A camera may change its size in mid-stream; the header of this connection then describes the wrong pictures. */
  #becameAnother(track: InitTrack, sample: Buffer): boolean {
    const { parameters, changed } = changedParameters(track, sample, this.#parameters);
    this.#parameters = parameters;
    if (changed) this.#broken = PICTURE_CHANGED;
    return changed;
  }
}

/** The one reason in `broken` that is no fault of anyone. */
export const PICTURE_CHANGED = 'the camera changed its picture format';
