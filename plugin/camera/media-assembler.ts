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

export interface AssemblerOptions {
  generation: number;
  /** Whether there may be sound. */
  audio: boolean;
  clock: Clock;
  /** The generation to go on with when sound comes late; without it that is left out. */
  nextGeneration?: () => number;
}

export class MediaAssembler {
  readonly #options: AssemblerOptions;
  readonly #video = new MediaParser();
  readonly #audio = new MediaParser();
  #generation: number;
  #videoHeader: { header: Header; since: number } | undefined;
  #audioHeader: Header | undefined;
  #begun = false;
  /** Whether what has begun has sound. */
  #sounds = false;
  #waiting: { packet: Packet; track: number; at: number }[] = [];
  #seq = 0;

  constructor(options: AssemblerOptions) {
    this.#options = options;
    this.#generation = options.generation;
  }

  /** Why this connection can give no further pictures. */
  get videoBroken(): string | undefined {
    return this.#video.broken;
  }

  /** Why it can give no further sound. */
  get audioBroken(): string | undefined {
    return this.#audio.broken;
  }

  pushVideo(chunk: Buffer): MediaItem[] {
    return this.#push(this.#video, VIDEO_TRACK, chunk);
  }

  pushAudio(chunk: Buffer): MediaItem[] {
    return this.#options.audio ? this.#push(this.#audio, AUDIO_TRACK, chunk) : [];
  }

  #push(parser: MediaParser, track: number, chunk: Buffer): MediaItem[] {
    const at = this.#options.clock.now();
    const items: MediaItem[] = [];
    for (const part of parser.push(chunk)) {
      if (part.type === 'header') this.#learn(part);
      else if (this.#begun) items.push(...this.#goOn(part, track, at));
      else this.#hold(part, track, at);
      items.push(...this.#begin());
    }
    return items;
  }

  #learn(header: Header): void {
    if (header.track.kind === 'audio') this.#audioHeader = header;
    else this.#videoHeader = { header, since: this.#options.clock.monotonic() };
  }

  #hold(packet: Packet, track: number, at: number): void {
    this.#waiting.push({ packet, track, at });
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
  }

  /** The `Init` and what was held for it, once it is known whether there is sound. */
  #begin(): MediaItem[] {
    if (this.#begun || !this.#videoHeader) return [];
    const { header, since } = this.#videoHeader;
    const { audio, clock } = this.#options;
    if (audio && !this.#audioHeader && clock.monotonic() - since < AUDIO_WAIT_MS) return [];
    this.#begun = true;
    const init = this.#init(header, this.#audioHeader);
    const held = this.#waiting.filter((entry) => this.#sounds || entry.track === VIDEO_TRACK);
    this.#waiting = [];
    return [init, ...held.map(({ packet, track, at }) => this.#fragment(packet, track, at))];
  }

  /** Sound that comes late is taken in at the next keyframe, as a generation of its own. */
  #goOn(packet: Packet, track: number, at: number): MediaItem[] {
    if (track === AUDIO_TRACK && !this.#sounds) return [];
    const { nextGeneration } = this.#options;
    if (this.#sounds || !packet.keyframe || !this.#audioHeader || !this.#videoHeader || !nextGeneration)
      return [this.#fragment(packet, track, at)];
    this.#generation = nextGeneration();
    this.#seq = 0;
    return [this.#init(this.#videoHeader.header, this.#audioHeader), this.#fragment(packet, track, at)];
  }

  #init(video: Header, audio: Header | undefined): MediaItem {
    this.#sounds = audio !== undefined;
    return {
      type: 'init',
      generation: this.#generation,
      data: joinHeaders(video, audio),
      tracks: [
        publicTrack(video.track, VIDEO_TRACK),
        ...(audio ? [publicTrack(audio.track, AUDIO_TRACK)] : []),
      ],
    };
  }

  #fragment(packet: Packet, track: number, at: number): MediaItem {
    const { data, time, duration, keyframe } = packet;
    const seq = this.#seq++;
    renumberPacket(packet, { track, sequence: seq + 1 });
    return { type: 'fragment', generation: this.#generation, seq, at, track, time, duration, keyframe, data };
  }
}

function publicTrack({ defaults: _, config: __, ...track }: InitTrack, id: number): Track {
  // As `joinHeaders` names it.
  return { ...track, id, codecString: track.codecString.replace(/^hev1/, 'hvc1') };
}
