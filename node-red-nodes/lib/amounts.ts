/** Sizes and lengths for badges: few characters, the same in every language. */

/** `312 KB`, `4.2 MB` */
export function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} KB`;
  return `${short(bytes / 1_000_000)} MB`;
}

/** `0.4 s`, `12 s`, `5 min`, `2 h`, `3 d` */
export function spanText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 59.5) return `${short(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 59.5) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  return hours < 47.5 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`;
}

/** `0.4`, `9.9`, `12` */
function short(value: number): string {
  return value < 9.95 && value % 1 !== 0 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
