/** Single pictures of H.264 and HEVC as a stream without a container: each stands alone, so each may be of another size than the last. */
import type { InitTrack } from '../../camera/init-segment.ts';
import { Fields } from '../../camera/mp4-boxes.ts';

/** What a decoder needs before a picture, and how the picture is cut up. */
export interface ParameterSets {
  codec: 'h264' | 'hevc';
  /** Bytes of the length before each NAL unit. */
  lengthBytes: number;
  sets: readonly Buffer[];
}

const START = Buffer.from([0, 0, 0, 1]);
/** Says that what follows starts anew (H.264, 7.4.1.2.1). */
const END_OF_SEQUENCE = Buffer.from([10]);
/** Of HEVC (7.4.2.2): pictures that others go on at, and the same when nothing is left of what came before. */
const CRA = 21;
const BLA = 18;

/** Reads `avcC` or `hvcC` (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1); undefined for other codecs, and where it is broken. */
export function parameterSetsOf({
  codec,
  config,
}: Pick<InitTrack, 'codec' | 'config'>): ParameterSets | undefined {
  if (!config || (codec !== 'h264' && codec !== 'hevc')) return undefined;
  const fields = new Fields(config, { type: '', start: 0, body: 0, end: config.length });
  fields.skip(codec === 'h264' ? 4 : 21);
  const lengthBytes = ((fields.u8() ?? 3) & 3) + 1;
  const sets: Buffer[] = [];
  if (codec === 'h264') {
    takeSets(config, fields, (fields.u8() ?? 0) & 0x1f, sets);
    takeSets(config, fields, fields.u8() ?? 0, sets);
  } else {
    for (let arrays = fields.u8() ?? 0; arrays > 0; arrays--) {
      fields.skip(1);
      takeSets(config, fields, fields.u16() ?? 0, sets);
    }
  }
  return sets.length > 0 ? { codec, lengthBytes, sets } : undefined;
}

function takeSets(config: Buffer, fields: Fields, count: number, into: Buffer[]): void {
  for (let index = 0; index < count; index++) {
    const size = fields.u16() ?? 0;
    if (size === 0 || size > fields.left) return;
    into.push(config.subarray(fields.at, fields.at + size));
    fields.skip(size);
  }
}

/** A keyframe that a decoder can begin with, and after which it can begin anew; undefined when the sample is not whole. */
export function pictureAlone(
  sample: Buffer,
  { codec, lengthBytes, sets }: ParameterSets,
): Buffer | undefined {
  const units: Buffer[] = [];
  for (let at = 0; at < sample.length; ) {
    if (at + lengthBytes > sample.length) return undefined;
    const start = at + lengthBytes;
    at = start + sample.readUIntBE(at, lengthBytes);
    if (at > sample.length) return undefined;
    units.push(sample.subarray(start, at));
  }
  const all = codec === 'h264' ? [...sets, ...units, END_OF_SEQUENCE] : [...sets, ...units.map(cutOff)];
  return Buffer.concat(all.flatMap((unit) => [START, unit]));
}

/** A picture that others go on at would be put in order by a number that counts from another picture, which is not here. */
function cutOff(unit: Buffer): Buffer {
  const first = unit[0] ?? 0;
  if (((first >> 1) & 0x3f) !== CRA) return unit;
  return Buffer.concat([Buffer.from([(first & 0x81) | (BLA << 1)]), unit.subarray(1)]);
}
