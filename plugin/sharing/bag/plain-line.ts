/** Longest text of the owner's that is printed, in characters. */
const LONGEST = 500;

/** What somebody wrote, as one line: no control characters, no line ends, nothing that turns the direction of what follows. */
export function plainLine(text: string): string {
  const line = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= LONGEST ? line : `${characters.slice(0, LONGEST).join('')} [...]`;
}
