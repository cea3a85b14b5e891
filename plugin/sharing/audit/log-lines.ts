/** The bytes of a log as lines, and what a crash left behind the last one. */

export interface LogLines {
  /** Without their line breaks. */
  lines: string[];
  /** How many bytes at the end belong to a line that was never finished. */
  tornBytes: number;
}

/** A power cut can leave a length without its bytes; they read as zeros, which no line has. */
const ZERO = '\0';

/** Never throws; lines that make no sense are for `verify-log.ts` to judge. */
export function linesOf(bytes: Buffer): LogLines {
  const end = bytes.lastIndexOf('\n') + 1;
  const lines = end === 0 ? [] : decode(bytes.subarray(0, end - 1)).split('\n');
  let tornBytes = bytes.length - end;
  if (lines.at(-1)?.includes(ZERO)) tornBytes += Buffer.byteLength(lines.pop() ?? '') + 1;
  return { lines, tornBytes };
}

/** What is not UTF-8 must not look as if it were, so no character stands in for it: it is read as Latin-1, and its hash is wrong. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
