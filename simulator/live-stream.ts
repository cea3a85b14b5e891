import { type RtpPosition, rtpPosition, type SenderReport, senderReport } from './rtp.ts';

export interface SdpTrack {
  /** `a=control` of this media section, relative to the stream's URL. */
  control: string;
  /** Ticks a second of its RTP timestamps. */
  clockRate: number;
}

/** The media sections of a session description (RFC 4566) that have a control name. */
export function sdpTracks(sdp: string): SdpTrack[] {
  const sections = sdp.split(/^(?=m=)/m).slice(1);
  return sections.flatMap((section) => {
    const control = /^a=control:(\S+)/m.exec(section)?.[1];
    const clockRate = Number(/^a=rtpmap:\d+ [^/\s]+\/(\d+)/m.exec(section)?.[1] ?? 8000);
    return control ? [{ control, clockRate }] : [];
  });
}

/** Takes the packets of one track as they come from the publisher. */
export type PacketSink = (track: number, isRtcp: boolean, packet: Buffer) => void;

/** What one publisher sends, for any number of viewers: no buffer, everyone joins live, like at a camera. */
export class LiveStream {
  readonly sdp: string;
  readonly tracks: readonly SdpTrack[];
  readonly #sinks = new Set<PacketSink>();
  readonly #positions = new Map<number, RtpPosition>();
  readonly #reports = new Map<number, SenderReport>();

  constructor(sdp: string) {
    this.sdp = sdp;
    this.tracks = sdpTracks(sdp);
  }

  /** Sends all further packets to `sink` until the returned function is called. */
  join(sink: PacketSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }

  relay(track: number, isRtcp: boolean, packet: Buffer): void {
    const position = isRtcp ? undefined : rtpPosition(packet);
    if (position) this.#positions.set(track, position);
    const report = isRtcp ? senderReport(packet) : undefined;
    if (report) this.#reports.set(track, report);
    for (const sink of this.#sinks) sink(track, isRtcp, packet);
  }

  get hasPackets(): boolean {
    return this.#positions.size > 0;
  }

  /**
   * The next packet of each track and, for all of them, the timestamps of one same instant: that of the track that is behind.
   * Timestamps of different instants would make a player shift one track once it learns the true times from RTCP.
   */
  startPositions(): Map<number, RtpPosition> {
    const seconds = Math.min(...Array.from(this.#positions.keys(), (track) => this.#secondsOf(track)));
    const starts = Array.from(this.#positions, ([track, { seq, timestamp }]): [number, RtpPosition] => {
      const behind = Number.isFinite(seconds)
        ? (this.#secondsOf(track) - seconds) * this.#clockRate(track)
        : 0;
      return [track, { seq: (seq + 1) & 0xffff, timestamp: (timestamp - Math.round(behind)) >>> 0 }];
    });
    return new Map(starts);
  }

  /** Sender's time of the newest packet of a track; NaN before its first sender report. */
  #secondsOf(track: number): number {
    const [position, report] = [this.#positions.get(track), this.#reports.get(track)];
    if (!position || !report) return Number.NaN;
    // Timestamps wrap around; the difference is a small signed number.
    return report.seconds + ((position.timestamp - report.timestamp) | 0) / this.#clockRate(track);
  }

  #clockRate(track: number): number {
    return this.tracks[track]?.clockRate ?? 1;
  }
}
