/** Turns one connection's MP4 bytes into an `Init` and `Fragment`s. */
import type { Init, MediaItem } from './contract.ts';
import { parseMoof } from './fragment-parser.ts';
import { type InitTrack, parseMoov, type SampleDefaults } from './init-segment.ts';
import { startsKeyframe, type VideoPacket } from './keyframe-policy.ts';
import { type BoxGroup, BoxSplitter } from './mp4-boxes.ts';
import { changedParameters } from './parameter-sets.ts';

export class MediaParser {
  readonly #splitter = new BoxSplitter();
  readonly #generation: number;
  #tracks = new Map<number, InitTrack>();
  #defaults = new Map<number, SampleDefaults>();
  #hasInit = false;
  #seq = 0;
  #lastVideo: VideoPacket | undefined;
  #parameters: Buffer | undefined;
  #broken: string | undefined;

  constructor(generation: number) {
    this.#generation = generation;
  }

  /** Why nothing further can come of this connection: broken bytes, or a stream that became another one. */
  get broken(): string | undefined {
    return this.#broken ?? this.#splitter.broken;
  }

  /** The items that this chunk completes; `at` is its arrival in epoch ms. Never throws; afterwards look at `broken`. */
  push(chunk: Buffer, at: number): MediaItem[] {
    const items: MediaItem[] = [];
    if (this.#broken !== undefined) return items;
    for (const group of this.#splitter.push(chunk)) {
      const item = this.#item(group, at);
      if (this.#broken !== undefined) break;
      if (item) items.push(item);
    }
    return items;
  }

  #item(group: BoxGroup, at: number): MediaItem | undefined {
    if (group.boxes.at(-1)?.type === 'moov') return this.#init(group);
    return this.#fragment(group, at);
  }

  #init({ boxes, data }: BoxGroup): Init | undefined {
    const moov = boxes.at(-1);
    const tracks = moov ? parseMoov(data, moov) : [];
    if (this.#hasInit || tracks.length === 0) {
      this.#broken = this.#hasInit ? 'a second header' : 'a header without a readable track';
      return undefined;
    }
    this.#hasInit = true;
    this.#tracks = new Map(tracks.map((track) => [track.id, track]));
    this.#defaults = new Map(tracks.map((track) => [track.id, track.defaults]));
    return {
      type: 'init',
      generation: this.#generation,
      data,
      tracks: tracks.map(({ defaults: _, config: __, ...track }) => track),
    };
  }

  /** Groups that are not a `moof` with its `mdat` (an index, say) are left out. */
  #fragment({ boxes, data }: BoxGroup, at: number): MediaItem | undefined {
    const moof = boxes.find((box) => box.type === 'moof');
    const traf = moof && parseMoof(data, moof, this.#defaults);
    const track = traf && this.#tracks.get(traf.track);
    if (!traf || !track) return undefined;
    const time = traf.time / track.timescale;
    let keyframe = false;
    if (track.kind === 'video') {
      const packet = { time, sync: traf.sync };
      keyframe = startsKeyframe(packet, this.#lastVideo);
      this.#lastVideo = packet;
      if (keyframe && this.#becameAnother(track, group(boxes, data))) return undefined;
    }
    return {
      type: 'fragment',
      generation: this.#generation,
      seq: this.#seq++,
      at,
      track: traf.track,
      time,
      duration: traf.duration / track.timescale,
      keyframe,
      data,
    };
  }

  /** A camera may change size in mid-stream; the header of this connection then describes the wrong pictures. */
  #becameAnother(track: InitTrack, sample: Buffer): boolean {
    const { parameters, changed } = changedParameters(track, sample, this.#parameters);
    this.#parameters = parameters;
    if (changed) this.#broken = 'the camera changed its picture format';
    return changed;
  }
}

function group(boxes: BoxGroup['boxes'], data: Buffer): Buffer {
  const mdat = boxes.at(-1);
  return mdat ? data.subarray(mdat.body, mdat.end) : data.subarray(0, 0);
}
