import { clockWords, fullWords, timeStyle, whenWords } from '../words/time-words.ts';

const style = timeStyle(navigator.language);

/** A time in words; in full on hover. `now` in epoch ms makes it relative, without it the clock time is shown. */
export function When({ at, now }: { at: number; now?: number | undefined }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={fullWords(at, style)}>
      {now === undefined ? clockWords(at, style) : whenWords(at, now, style)}
    </time>
  );
}
