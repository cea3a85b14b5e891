/** Joins the separate video and audio of one connection into one `Init` and one line of `Fragment`s. */
import type { Clock } from '../system/clock.ts';
import type { MediaItem, Track } from './contract.ts';
import type { InitTrack } from './init-segment.ts';
import { type Header, MediaParser, type Packet } from './media-parser.ts';
import { AUDIO_TRACK, joinHeaders, renumberPacket, VIDEO_TRACK } from './merge-init.ts';

/** A camera may announce sound and never send any; the picture waits this long for it. */
const AUDIO_WAIT_MS = 1500;
/** While the header waits for the audio, no more than this many packets are held. */
const MAX_WAITING = 500;

export class MediaAssembler {
  readonly #generation: number;
  readonly #clock: Clock;
  readonly #video = new MediaParser();
  readonly #audio = new MediaParser();
  #videoHeader: { header: Header; since: number } | undefined;
  #audioHeader: Header | undefined;
  #wantsAudio: boolean;
  #begun = false;
  #waiting: { packet: Packet; track: number; at: number }[] = [];
  #seq = 0;

  constructor(options: { generation: number; audio: boolean; clock: Clock }) {
    this.#generation = options.generation;
    this.#wantsAudio = options.audio;
    this.#clock = options.clock;
  }

  /** Why this connection can give no further pictures. */
  get videoBroken(): string | undefined {
    return this.#video.broken;
  }

  /** Why it can give no further sound. */
  get audioBroken(): string | undefined {
    return this.#wantsAudio ? this.#audio.broken : undefined;
  }

  pushVideo(chunk: Buffer): MediaItem[] {
    return this.#push(this.#video, VIDEO_TRACK, chunk);
  }

  pushAudio(chunk: Buffer): MediaItem[] {
    return this.#wantsAudio ? this.#push(this.#audio, AUDIO_TRACK, chunk) : [];
  }

  #push(parser: MediaParser, track: number, chunk: Buffer): MediaItem[] {
    const at = this.#clock.now();
    const items: MediaItem[] = [];
    for (const part of parser.push(chunk)) {
      if (part.type === 'header') this.#learn(part);
      else if (this.#begun) items.push(this.#fragment(part, track, at));
      else this.#hold(part, track, at);
      items.push(...this.#begin());
    }
    return items;
  }

  #learn(header: Header): void {
    if (header.track.kind === 'audio') this.#audioHeader = header;
    else this.#videoHeader = { header, since: this.#clock.monotonic() };
  }

  #hold(packet: Packet, track: number, at: number): void {
    this.#waiting.push({ packet, track, at });
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
  }

  /** The `Init` and what was held for it, once it is known whether there is sound. */
  #begin(): MediaItem[] {
    if (this.#begun || !this.#videoHeader) return [];
    const { header, since } = this.#videoHeader;
    if (this.#wantsAudio && !this.#audioHeader) {
      if (this.#clock.monotonic() - since < AUDIO_WAIT_MS) return [];
      this.#wantsAudio = false;
    }
    this.#begun = true;
    const audio = this.#wantsAudio ? this.#audioHeader : undefined;
    const held = this.#waiting.filter((entry) => audio || entry.track === VIDEO_TRACK);
    this.#waiting = [];
    return [
      {
        type: 'init',
        generation: this.#generation,
        data: joinHeaders(header, audio),
        tracks: [
          publicTrack(header.track, VIDEO_TRACK),
          ...(audio ? [publicTrack(audio.track, AUDIO_TRACK)] : []),
        ],
      },
      ...held.map(({ packet, track, at }) => this.#fragment(packet, track, at)),
    ];
  }

  #fragment(packet: Packet, track: number, at: number): MediaItem {
    const { data, time, duration, keyframe } = packet;
    const seq = this.#seq++;
    renumberPacket(packet, { track, sequence: seq + 1 });
    return { type: 'fragment', generation: this.#generation, seq, at, track, time, duration, keyframe, data };
  }
}

function publicTrack({ defaults: _, config: __, ...track }: InitTrack, id: number): Track {
  return { ...track, id };
}
