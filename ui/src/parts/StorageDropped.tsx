import type { StorageInfo } from '../../../protocol/api.ts';
import { words } from '../words/en.ts';
import { countWords, droppedWords } from '../words/storage-words.ts';
import { sizeWords, timeStyle } from '../words/time-words.ts';

const say = words.storage;
const style = timeStyle(navigator.language);

/** What was given up for want of room or disk, and why. */
export function StorageDropped({ storage, now }: { storage: StorageInfo; now: number }) {
  const { recordings, bytes, last } = storage.dropped;
  return (
    <section class="card">
      <h2>{say.dropped}</h2>
      {recordings === 0 ? (
        <p>{say.droppedNone}</p>
      ) : (
        <>
          <p>{say.droppedSome(recordings, countWords(recordings), sizeWords(bytes))}</p>
          {last && <p>{droppedWords(last, now, style)}</p>}
          <p class="soft">{say.droppedCure}</p>
        </>
      )}
    </section>
  );
}
