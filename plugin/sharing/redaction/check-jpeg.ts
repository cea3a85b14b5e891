/** Whether a JPEG holds a picture and nothing else: no EXIF, no comment, no second picture, nothing after its end. */
import { notClean } from './problems.ts';

/** JFIF without a thumbnail, tables, frame, scan (ITU-T T.81, B.1.1.3). */
const JFIF = 0xe0;
const TABLES = [0xdb, 0xc4, 0xdd];
const FRAME = 0xc0;
const SCAN = 0xda;
const JFIF_BYTES = 16;

/** Throws a `ProblemError`, `redaction-not-clean`. */
export function checkJpeg(data: Buffer): void {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) throw notClean('it is no JPEG');
  let at = 2;
  for (;;) {
    if (at + 4 > data.length || data[at] !== 0xff) throw notClean('it is cut off');
    const marker = data[at + 1] as number;
    const bytes = data.readUInt16BE(at + 2);
    const known = marker === FRAME || marker === SCAN || TABLES.includes(marker);
    if (!known && !(marker === JFIF && bytes === JFIF_BYTES))
      throw notClean(`it has a part of the kind ${marker.toString(16)}`);
    at += 2 + bytes;
    if (marker === SCAN) break;
  }
  // In what is coded, a zero follows each 0xff, but for the marks between its parts.
  for (; at + 1 < data.length; at++) {
    if (data[at] !== 0xff) continue;
    const next = data[at + 1] as number;
    if (next === 0xd9) break;
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) throw notClean('it has more than one picture');
  }
  if (at + 2 !== data.length) throw notClean('something follows the picture');
}
