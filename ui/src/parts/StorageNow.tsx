import type { StorageInfo } from '../../../protocol/api.ts';
import { useHub } from '../hub-context.tsx';
import { useOrder } from '../use-order.ts';
import { words } from '../words/en.ts';
import { countWords, mayBeReplaced, storageState } from '../words/storage-words.ts';
import { timeStyle } from '../words/time-words.ts';
import { Notice } from './Notice.tsx';
import { StorageMark } from './StorageMark.tsx';

const say = words.storage;
const style = timeStyle(navigator.language);

export interface StorageNowProps {
  storage: StorageInfo;
  now: number;
  onChanged(storage: StorageInfo): void;
}

/** Where recordings go, whether they arrive, and the button where the owner must say that it is the right place. */
export function StorageNow({ storage, now, onChanged }: StorageNowProps) {
  const { client } = useHub();
  const { target, problem, rebuilding } = storage;
  const setUp = useOrder(() => client.setUpTarget(target.where), onChanged);
  const { mark, title, more } = storageState(storage, now, style);
  const isAway = target.state === 'missing';
  // Why it is refused, or waits, is said by the state already.
  const alsoWrong = target.state === 'ready' || target.state === 'starting' ? problem : undefined;
  const button = (
    <button type="button" class="button button-main" disabled={setUp.busy} onClick={setUp.give}>
      {say.setUp}
    </button>
  );
  return (
    <section class="card storage-now" aria-live="polite">
      <StorageMark mark={mark} />
      <div class="storage-text">
        <h2>{title}</h2>
        <p>{more}</p>
        {isAway && problem && (
          <p class="soft">
            {problem.what} {problem.cure}
          </p>
        )}
        {rebuilding && <p>{say.rebuilding(countWords(rebuilding.found))}</p>}
        <p class="storage-where">
          {say.kinds[target.kind]} <span class="path">{target.where}</span>
        </p>
        {alsoWrong && <Notice problem={alsoWrong} />}
        {setUp.problem && <Notice problem={setUp.problem} />}
        {target.state === 'waiting' && button}
        {mayBeReplaced(storage) && (
          <details class="findings-more replaced">
            <summary>{say.replaced}</summary>
            <p>{say.replacedMore}</p>
            {button}
          </details>
        )}
      </div>
    </section>
  );
}
