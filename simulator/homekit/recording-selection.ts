/** What a camera offers to record, and what a hub selects of it (HAP specification R2, 9.103 ff.; the values are those of HAP-NodeJS). */
import { decodeTlv, encodeTlv, tlvItems, u16, u32 } from './tlv.ts';

export interface Resolution {
  width: number;
  height: number;
  fps: number;
}

export interface RecordingOffer {
  prebufferMs: number;
  /** Bits: 1 motion, 2 doorbell. */
  triggers: number;
  fragmentMs: number;
  /** H.264 profiles (0 baseline, 1 main, 2 high) and levels (0 is 3.1, 1 is 3.2, 2 is 4.0). */
  profiles: number[];
  levels: number[];
  resolutions: Resolution[];
  audio: AudioOffer[];
}

export interface AudioOffer {
  /** 0 AAC-LC, 1 AAC-ELD. */
  codec: number;
  /** Indexes of 8, 16, 24, 32, 44.1 and 48 kHz. */
  sampleRates: number[];
}

export interface RecordingWish extends Partial<Resolution> {
  /** Default 2000, which a hub asks for with face recognition; 800 without. */
  kbps?: number;
  /** Default: the prebuffer that the camera offers, in ms. */
  prebufferMs?: number;
}

const MOTION = 1;
const FRAGMENTED_MP4 = 0;
const KEYFRAME_EVERY_MS = 4000;
const MONO = 1;
const VARIABLE_BITRATE = 0;
const AUDIO_KBPS = 64;

/** Reads the three `Supported…RecordingConfiguration` characteristics, as base64. @throws Error when a part is missing */
export function readRecordingOffer(general: string, video: string, audio: string): RecordingOffer {
  const camera = decodeTlv(Buffer.from(general, 'base64'));
  const container = decodeTlv(part(camera, 3, 'media container'));
  const codec = decodeTlv(part(decodeTlv(Buffer.from(video, 'base64')), 1, 'video codec'));
  const parameters = tlvItems(part(codec, 2, 'video codec parameters'));
  return {
    prebufferMs: part(camera, 1, 'prebuffer length').readInt32LE(),
    triggers: part(camera, 2, 'event triggers').readInt32LE(),
    fragmentMs: part(
      decodeTlv(part(container, 2, 'container parameters')),
      1,
      'fragment length',
    ).readInt32LE(),
    profiles: bytes(parameters, 1),
    levels: bytes(parameters, 2),
    resolutions: resolutionsOf(part(decodeTlv(Buffer.from(video, 'base64')), 1, 'video codec')),
    audio: audioOffers(Buffer.from(audio, 'base64')),
  };
}

/**
 * The value of `SelectedCameraRecordingConfiguration`, as base64: what is wished for where it is offered, motion as only trigger as
 * every hub has it.
 *
 * @throws Error when the camera does not offer the resolution
 */
export function selectRecording(offer: RecordingOffer, wish: RecordingWish): string {
  const resolution = chooseResolution(offer.resolutions, wish);
  const { prebufferMs = offer.prebufferMs, kbps = 2000 } = wish;
  const audio = offer.audio[0];
  if (!audio) throw new Error('The camera offers no codec for recorded sound.');
  const triggers = Buffer.concat([u32(MOTION), u32(0)]);
  const container = encodeTlv([1, FRAGMENTED_MP4], [2, encodeTlv([1, u32(offer.fragmentMs)])]);
  const general = encodeTlv([1, u32(prebufferMs)], [2, triggers], [3, container]);
  const parameters = encodeTlv(
    [1, Math.max(...offer.profiles)],
    [2, Math.max(...offer.levels)],
    [3, u32(kbps)],
    [4, u32(KEYFRAME_EVERY_MS)],
  );
  const { width, height, fps } = resolution;
  const video = encodeTlv(
    [1, 0],
    [2, parameters],
    [3, encodeTlv([1, u16(width)], [2, u16(height)], [3, fps])],
  );
  const sound = encodeTlv(
    [1, MONO],
    [2, VARIABLE_BITRATE],
    [3, audio.sampleRates[0] ?? 0],
    [4, u32(AUDIO_KBPS)],
  );
  return encodeTlv([1, general], [2, video], [3, encodeTlv([1, audio.codec], [2, sound])]).toString('base64');
}

/** The best that is offered within the wish; without one, 1280x720 at the most pictures a second. */
function chooseResolution(offered: readonly Resolution[], wish: Partial<Resolution>): Resolution {
  const { width = 1280, height = 720, fps } = wish;
  const fits = offered
    .filter((one) => one.width === width && one.height === height && (fps === undefined || one.fps === fps))
    .toSorted((a, b) => b.fps - a.fps);
  if (fits[0]) return fits[0];
  const all = offered.map((one) => `${one.width}x${one.height} at ${one.fps}`).join(', ');
  throw new Error(`The camera does not offer ${width}x${height} at ${fps ?? 'any rate'}, but ${all}.`);
}

function resolutionsOf(codec: Buffer): Resolution[] {
  return tlvItems(codec).flatMap(([type, value]) => {
    if (type !== 3) return [];
    const attributes = decodeTlv(value);
    const width = part(attributes, 1, 'width').readUInt16LE();
    const height = part(attributes, 2, 'height').readUInt16LE();
    return [{ width, height, fps: part(attributes, 3, 'frame rate').readUInt8() }];
  });
}

function audioOffers(data: Buffer): AudioOffer[] {
  return tlvItems(data).flatMap(([type, value]) => {
    if (type !== 1) return [];
    const codec = decodeTlv(value);
    const parameters = tlvItems(part(codec, 2, 'audio codec parameters'));
    return [{ codec: part(codec, 1, 'audio codec').readUInt8(), sampleRates: bytes(parameters, 3) }];
  });
}

function part(values: ReadonlyMap<number, Buffer>, type: number, what: string): Buffer {
  const value = values.get(type);
  if (!value) throw new Error(`The recording configuration has no ${what}.`);
  return value;
}

function bytes(items: readonly [number, Buffer][], type: number): number[] {
  return items.flatMap(([itemType, value]) => (itemType === type ? [...value] : []));
}
