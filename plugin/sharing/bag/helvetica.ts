/** Helvetica as every reader of PDF has it, in the encoding WinAnsi (Windows-1252). */

/** Widths of the characters from space to `~`, in thousandths of the size (Adobe's font metrics). */
const WIDTHS = [
  ...[278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278],
  ...[556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556],
  ...[1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778],
  ...[667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556],
  ...[333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556],
  ...[556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584],
];
/** No other character of the encoding is wider. */
const WIDEST = 1000;

/** Characters of the codes 0x80 to 0x9f; a space where there is none. */
const FROM_0X80 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const UNKNOWN = 0x3f;

/** The bytes of a text; what the encoding does not have is a question mark. */
export function winAnsi(text: string): Buffer {
  return Buffer.from([...text.normalize('NFC')].map((character) => codeOf(character) ?? UNKNOWN));
}

/** Whether all of a text can be printed. */
export function isWinAnsi(text: string): boolean {
  return [...text.normalize('NFC')].every((character) => codeOf(character) !== undefined);
}

/** How wide a text is at a size, in the unit of the size; for accented letters that of the bare letter, else rather too much. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text.normalize('NFC')) {
    const known = codeOf(character) === undefined ? '?' : (character.normalize('NFD')[0] ?? '');
    width += WIDTHS[known.charCodeAt(0) - 0x20] ?? WIDEST;
  }
  return (width * size) / 1000;
}

function codeOf(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  if ((code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff)) return code;
  const special = FROM_0X80.indexOf(character);
  return special >= 0 ? 0x80 + special : undefined;
}
