import type { StorageInfo } from '../../../protocol/api.ts';
import { useHub } from '../hub-context.tsx';
import { useOrder } from '../use-order.ts';
import { words } from '../words/en.ts';
import { canBeTried, countWords, mayBeReplaced, storageState } from '../words/storage-words.ts';
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
  const { where } = target;
  const setUp = useOrder(() => client.setUpTarget(where), onChanged);
  const tryAgain = useOrder(() => client.tryTarget(where), onChanged);
  const { mark, title, more } = storageState(storage, now, style);
  const isAway = target.state === 'missing';
  // Why it is refused, or waits, is said by the state already.
  const alsoWrong = target.state === 'ready' || target.state === 'starting' ? problem : undefined;
  const fault = tryAgain.problem ?? setUp.problem;
  const isNew = target.state === 'waiting';
  const setUpButton = (
    <button
      type="button"
      class={isNew ? 'button button-main' : 'button'}
      disabled={setUp.busy}
      onClick={() => confirm(say.setUpSure(where)) && setUp.give()}
    >
      {say.setUp}
    </button>
  );
  return (
    <section class="card storage-now">
      <StorageMark mark={mark} />
      <div class="storage-text">
        <h2>{title}</h2>
        {/* What is beside it changes with every look: a reader hears the sentence alone. */}
        <p class="unseen" role="status">
          {title}
        </p>
        <p>{more}</p>
        {isAway && problem && (
          <p class="soft">
            {problem.what} {problem.cure}
          </p>
        )}
        {rebuilding && <p>{say.rebuilding(countWords(rebuilding.found))}</p>}
        <p class="storage-where">
          {say.kinds[target.kind]} <span class="path">{where}</span>
        </p>
        {alsoWrong && <Notice problem={alsoWrong} />}
        {fault && <Notice problem={fault} />}
        {canBeTried(storage) && (
          <button type="button" class="button button-main" aria-busy={tryAgain.busy} onClick={tryAgain.give}>
            {say.tryAgain}
          </button>
        )}
        {isNew && setUpButton}
        {mayBeReplaced(storage) && (
          <details class="findings-more replaced">
            <summary>{say.replaced}</summary>
            <p>{say.replacedMore}</p>
            {setUpButton}
          </details>
        )}
      </div>
    </section>
  );
}
