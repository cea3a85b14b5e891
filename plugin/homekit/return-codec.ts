/** The codecs in which a viewer speaks: how their frames lie in RTP, and how a decoder is told of them. */
import { box, fullBox, u32, u64 } from '../camera/mp4-build.ts';
import type { AudioEncoder } from './live-args.ts';

export interface ReturnCodec {
  /** Ticks a second of the durations. */
  timescale: number;
  /** Sample entry of ISO/IEC 14496-12. */
  sampleEntry: Buffer;
  /** The frames of one RTP payload, with their lengths in ticks; empty for silence. */
  frames(payload: Buffer): { data: Buffer; duration: number }[];
}

export function returnCodec(encoder: AudioEncoder, sampleRate: 16000 | 24000): ReturnCodec {
  return encoder === 'libopus' ? opus(sampleRate) : aacEld(sampleRate);
}

/** Decoders count Opus at 48 kHz, whatever went in (RFC 7845, 4). */
const OPUS_RATE = 48_000;
/** Shorter ones hold no sound: the encoder says that nobody speaks (RFC 6716, 2.1.9 and 3.2). */
const MIN_OPUS_BYTES = 3;

function opus(inputRate: number): ReturnCodec {
  // Version, channels, pre-skip, input rate, gain, mapping family ("Encapsulation of Opus in ISO BMFF", 4.3.2).
  const dOps = Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  dOps.writeUInt32BE(inputRate, 4);
  return {
    timescale: OPUS_RATE,
    sampleEntry: audioSampleEntry('Opus', OPUS_RATE, box('dOps', dOps)),
    frames: (data) => (data.length < MIN_OPUS_BYTES ? [] : [{ data, duration: opusTicks(data) }]),
  };
}

/** Length of an Opus packet, at 48 kHz, from its first bytes (RFC 6716, 3.1 and 3.2). */
export function opusTicks(packet: Buffer): number {
  const [toc = 0, second = 0] = packet;
  const config = toc >> 3;
  const frame =
    config < 12
      ? [480, 960, 1920, 2880][config & 3]
      : config < 16
        ? [480, 960][config & 1]
        : 120 << (config & 3);
  const code = toc & 3;
  return (frame ?? 0) * (code === 0 ? 1 : code === 3 ? second & 0x3f : 2);
}

/**
 * AudioSpecificConfig of HomeKit's AAC-ELD, as homebridge-camera-ffmpeg and homebridge-unifi-protect give it to ffmpeg. Only
 * libfdk_aac decodes it.
 */
const ELD_CONFIG = { 16000: 'F8F0212C00BC00', 24000: 'F8EC212C00BC00' } as const;
const ELD_SAMPLES = 480;

function aacEld(sampleRate: 16000 | 24000): ReturnCodec {
  const config = Buffer.from(ELD_CONFIG[sampleRate], 'hex');
  return {
    timescale: sampleRate,
    sampleEntry: audioSampleEntry('mp4a', sampleRate, esds(config)),
    frames: (payload) => accessUnits(payload).map((data) => ({ data, duration: ELD_SAMPLES })),
  };
}

/** RFC 3640, mode AAC-hbr: headers of 13 bits size and 3 bits index, then the frames. What does not fit is left out. */
export function accessUnits(payload: Buffer): Buffer[] {
  if (payload.length < 4) return [];
  const count = Math.floor(payload.readUInt16BE(0) / 16);
  const units: Buffer[] = [];
  let at = 2 + count * 2;
  for (let index = 0; index < count && 4 + index * 2 <= payload.length; index++) {
    const size = payload.readUInt16BE(2 + index * 2) >> 3;
    if (size === 0 || at + size > payload.length) break;
    units.push(payload.subarray(at, at + size));
    at += size;
  }
  return units;
}

function audioSampleEntry(type: string, sampleRate: number, config: Buffer): Buffer {
  const fields = Buffer.alloc(28);
  fields.writeUInt16BE(1, 6);
  fields.writeUInt16BE(1, 16);
  fields.writeUInt16BE(16, 18);
  fields.writeUInt32BE((sampleRate << 16) >>> 0, 24);
  return box(type, fields, config);
}

/** ISO/IEC 14496-1, 7.2.6.5 to 7.2.6.7. */
function esds(config: Buffer): Buffer {
  const descriptor = (tag: number, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.of(tag, body.length), body]);
  };
  const decoder = descriptor(4, Buffer.of(0x40, 0x15, 0, 0, 0), u32(0, 0), descriptor(5, config));
  return fullBox('esds', 0, 0, descriptor(3, Buffer.of(0, 1, 0), decoder, descriptor(6, Buffer.of(2))));
}

/** A fragmented MP4 with one track of sound, made packet by packet (ISO/IEC 14496-12, 8.8). */
export class SoundMp4 {
  readonly #codec: ReturnCodec;
  #sequence = 0;
  #time = 0;

  constructor(codec: ReturnCodec) {
    this.#codec = codec;
  }

  header(): Buffer {
    const { timescale, sampleEntry } = this.#codec;
    const matrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000);
    const stbl = box(
      'stbl',
      fullBox('stsd', 0, 0, u32(1), sampleEntry),
      fullBox('stts', 0, 0, u32(0)),
      fullBox('stsc', 0, 0, u32(0)),
      fullBox('stsz', 0, 0, u32(0, 0)),
      fullBox('stco', 0, 0, u32(0)),
    );
    const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
    const trak = box(
      'trak',
      fullBox('tkhd', 0, 3, u32(0, 0, 1, 0, 0, 0, 0, 0, 0x0100_0000), matrix, u32(0, 0)),
      box(
        'mdia',
        fullBox('mdhd', 0, 0, u32(0, 0, timescale, 0, 0x55c4_0000)),
        fullBox('hdlr', 0, 0, u32(0), Buffer.from('soun'), u32(0, 0, 0), Buffer.of(0)),
        box('minf', fullBox('smhd', 0, 0, u32(0)), dinf, stbl),
      ),
    );
    const mvhd = fullBox(
      'mvhd',
      0,
      0,
      u32(0, 0, 1000, 0, 0x10000, 0x0100_0000, 0, 0),
      matrix,
      u32(0, 0, 0, 0, 0, 0, 2),
    );
    const mvex = box('mvex', fullBox('trex', 0, 0, u32(1, 1, 0, 0, 0)));
    const ftyp = box('ftyp', Buffer.from('iso5'), u32(0x200), Buffer.from('iso5iso6mp41'));
    return Buffer.concat([ftyp, box('moov', mvhd, trak, mvex)]);
  }

  /** One fragment for each frame of this payload. */
  fragments(payload: Buffer): Buffer[] {
    return this.#codec.frames(payload).map(({ data, duration }) => {
      const moof = (offset: number) =>
        box(
          'moof',
          fullBox('mfhd', 0, 0, u32(this.#sequence)),
          box(
            'traf',
            fullBox('tfhd', 0, 0x2_0000, u32(1)),
            fullBox('tfdt', 1, 0, u64(this.#time)),
            // Data offset, and length and size of each sample.
            fullBox('trun', 0, 0x301, u32(1, offset, duration, data.length)),
          ),
        );
      this.#sequence += 1;
      const fragment = Buffer.concat([moof(moof(0).length + 8), box('mdat', data)]);
      this.#time += duration;
      return fragment;
    });
  }
}
