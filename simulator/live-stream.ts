import { type RtpPosition, rtpPosition } from './rtp.ts';

export interface SdpTrack {
  /** `a=control` of this media section, relative to the stream's URL. */
  control: string;
  kind: string;
}

/** The media sections of a session description (RFC 4566) that have a control name. */
export function sdpTracks(sdp: string): SdpTrack[] {
  const sections = sdp.split(/^(?=m=)/m).slice(1);
  return sections.flatMap((section) => {
    const control = /^a=control:(\S+)/m.exec(section)?.[1];
    const kind = /^m=(\w+)/.exec(section)?.[1];
    return control && kind ? [{ control, kind }] : [];
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
    for (const sink of this.#sinks) sink(track, isRtcp, packet);
  }

  get hasPackets(): boolean {
    return this.#positions.size > 0;
  }

  /** The newest packet of a track that has passed. */
  position(track: number): RtpPosition | undefined {
    return this.#positions.get(track);
  }
}
