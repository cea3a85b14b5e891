/** How the tracks say that they are encoded: one way each, and without words of the encoder. */
import { type Box, childBoxes } from '../../camera/mp4-boxes.ts';
import { parameterSetsOf } from '../../recordings/export/annex-b.ts';
import { notClean } from './problems.ts';

const PICTURE_FIELDS = 78;
const SOUND_FIELDS = 28;
const COMPRESSOR = { at: 42, bytes: 32 };
const COMPRESSOR_NAMES = ['', 'Lavc libx264'];
const PICTURE_PARTS = ['avcC', 'pasp', 'btrt', 'colr'];
const SOUND_PARTS = ['esds', 'btrt'];
/** SPS and PPS. */
const PARAMETER_UNITS = [7, 8];

/** Gives how many bytes stand before each unit of a picture. Throws `redaction-not-clean`. */
export function checkPictureEntry(moov: Buffer, stsd: Box): number {
  const entry = onlyEntry(moov, stsd, 'avc1');
  const at = entry.body + COMPRESSOR.at;
  const name = moov
    .subarray(at + 1, at + COMPRESSOR.bytes)
    .toString('latin1')
    .replace(/\0+$/, '');
  if (!COMPRESSOR_NAMES.includes(name)) throw notClean('it names its encoder');
  const parts = partsOf(moov, entry, PICTURE_FIELDS, PICTURE_PARTS);
  const config = parts.find(({ type }) => type === 'avcC');
  const sets = config && parameterSetsOf({ codec: 'h264', config: moov.subarray(config.body, config.end) });
  if (!sets?.sets.every((set) => PARAMETER_UNITS.includes((set[0] ?? 0) & 0x1f)))
    throw notClean('its parameters are not those of a picture alone');
  return sets.lengthBytes;
}

/** Throws `redaction-not-clean`. */
export function checkSoundEntry(moov: Buffer, stsd: Box): void {
  partsOf(moov, onlyEntry(moov, stsd, 'mp4a'), SOUND_FIELDS, SOUND_PARTS);
}

function onlyEntry(moov: Buffer, stsd: Box, type: string): Box {
  // Version and flags, and how many follow.
  const entries = childBoxes(moov, stsd.body + 8, stsd.end);
  const [entry] = entries;
  if (entries.length !== 1 || entry?.type !== type || entry.end !== stsd.end)
    throw notClean(`a track is not encoded as "${type}" alone`);
  return entry;
}

function partsOf(moov: Buffer, entry: Box, fields: number, allowed: readonly string[]): Box[] {
  const parts = childBoxes(moov, entry.body + fields, entry.end);
  const foreign = parts.find(({ type }) => !allowed.includes(type));
  if (foreign || parts.at(-1)?.end !== entry.end)
    throw notClean(`"${entry.type}" has a part that is not known`);
  return parts;
}
