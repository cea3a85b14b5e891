import type { StorageInfo } from '../../../protocol/api.ts';
import { words } from '../words/en.ts';
import { keptWords } from '../words/storage-words.ts';
import { timeStyle } from '../words/time-words.ts';

const say = words.storage;
const style = timeStyle(navigator.language);

/** How long recordings are kept, and why not longer. */
export function StorageKeeping({ storage, now }: { storage: StorageInfo; now: number }) {
  const { keepDays, keepContinuousDays } = storage;
  const length =
    keepDays === keepContinuousDays ? say.keptFor(keepDays) : say.keptForBoth(keepDays, keepContinuousDays);
  return (
    <section class="card">
      <h2>{say.keeping}</h2>
      <p>
        <strong>{length}.</strong> {keptWords(storage, now, style)}
      </p>
      <p class="soft">{say.whyShort}</p>
      <p class="soft">
        {say.pinned} {say.change}
      </p>
    </section>
  );
}
