/** The loudspeaker of a simulated camera: an ONVIF backchannel that keeps what it hears (ONVIF Streaming Specification, 5.3). */

export const BACKCHANNELS = ['none', 'pcmu', 'pcma', 'aac'] as const;
export type BackchannelKind = (typeof BACKCHANNELS)[number];

/** One RTP packet that came. */
export interface HeardPacket {
  /** Epoch ms of its arrival. */
  at: number;
  /** The RTSP session that sent it. */
  session: string;
  sequence: number;
  timestamp: number;
  marker: boolean;
  payload: Buffer;
}

export interface Heard {
  kind: BackchannelKind;
  /** Samples a second of `pcm`, or of the AAC frames. */
  sampleRate: number;
  packets: readonly HeardPacket[];
}

export const BACKCHANNEL_REQUIRE = 'www.onvif.org/ver20/backchannel';
export const BACKCHANNEL_CONTROL = 'backchannel';

const FORMATS = {
  pcmu: { payloadType: 0, sampleRate: 8000, lines: ['a=rtpmap:0 PCMU/8000'] },
  pcma: { payloadType: 8, sampleRate: 8000, lines: ['a=rtpmap:8 PCMA/8000'] },
  aac: {
    payloadType: 97,
    sampleRate: 16_000,
    lines: [
      'a=rtpmap:97 MPEG4-GENERIC/16000',
      'a=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1408',
    ],
  },
} as const;

const PACKETS_KEPT = 20_000;

/** One loudspeaker, for one talker at a time. */
export class Backchannel {
  readonly kind: Exclude<BackchannelKind, 'none'>;
  readonly #now: () => number;
  #talker: string | undefined;
  #packets: HeardPacket[] = [];

  constructor(kind: Exclude<BackchannelKind, 'none'>, now: () => number) {
    this.kind = kind;
    this.#now = now;
  }

  /** What the session description says of it. */
  get sdp(): string {
    const { payloadType, lines } = FORMATS[this.kind];
    return [
      `m=audio 0 RTP/AVP ${payloadType}`,
      ...lines,
      `a=control:${BACKCHANNEL_CONTROL}`,
      'a=sendonly',
      '',
    ].join('\r\n');
  }

  /** Whether this session may speak: the one that speaks already, or the first. */
  claim(session: string): boolean {
    this.#talker ??= session;
    return this.#talker === session;
  }

  release(session: string): void {
    if (this.#talker === session) this.#talker = undefined;
  }

  /** Keeps an RTP packet of the talker; others, and what is no RTP of the agreed kind, are not heard. */
  hear(session: string, packet: Buffer): void {
    const { payloadType } = FORMATS[this.kind];
    if (session !== this.#talker || packet.length <= 12 || packet.readUInt8(0) !== 0x80) return;
    if ((packet.readUInt8(1) & 0x7f) !== payloadType) return;
    this.#packets.push({
      ...{ at: this.#now(), session, payload: packet.subarray(12) },
      ...{ sequence: packet.readUInt16BE(2), timestamp: packet.readUInt32BE(4) },
      marker: packet.readUInt8(1) >= 0x80,
    });
    if (this.#packets.length > PACKETS_KEPT) this.#packets.shift();
  }

  heard(): Heard {
    return { kind: this.kind, sampleRate: FORMATS[this.kind].sampleRate, packets: [...this.#packets] };
  }
}

/** What G.711 packets hold, as signed 16-bit samples (ITU-T G.711). */
export function decodeG711(kind: 'pcmu' | 'pcma', payload: Buffer): Int16Array {
  return Int16Array.from(payload, kind === 'pcmu' ? fromMuLaw : fromALaw);
}

function fromMuLaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
  return code & 0x80 ? -magnitude : magnitude;
}

function fromALaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const base = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? base : (base + 0x100) << (exponent - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

/** AAC packets as an ADTS stream, for a decoder (RFC 3640 with one frame a packet; ISO/IEC 13818-7, 6.2). */
export function toAdts(packets: readonly HeardPacket[]): Buffer {
  return Buffer.concat(
    packets.flatMap(({ payload }) => {
      const frame = payload.subarray(4);
      const size = 7 + frame.length;
      // AAC-LC, 16 kHz, mono.
      const header = Buffer.of(
        0xff,
        0xf1,
        0x60,
        0x40 | (size >> 11),
        (size >> 3) & 0xff,
        ((size & 7) << 5) | 0x1f,
        0xfc,
      );
      return [header, frame];
    }),
  );
}
