import type { StorageInfo } from '../../../protocol/api.ts';
import { useHub } from '../hub-context.tsx';
import { useOrder } from '../use-order.ts';
import { words } from '../words/en.ts';
import { countWords } from '../words/storage-words.ts';
import { sizeWords } from '../words/time-words.ts';
import { Notice } from './Notice.tsx';
import { StorageMark } from './StorageMark.tsx';

const say = words.storage;

export interface StorageAsksProps {
  asks: NonNullable<StorageInfo['asks']>;
  onChanged(storage: StorageInfo): void;
}

/** A removal that is so large that it waits for the owner. */
export function StorageAsks({ asks: { recordings, of, bytes }, onChanged }: StorageAsksProps) {
  const { client } = useHub();
  const allow = useOrder(() => client.allowRemoval(recordings), onChanged);
  const count = countWords(recordings);
  return (
    <section class="card storage-now">
      <StorageMark mark="asks" />
      <div class="storage-text">
        <h2>{say.asks}</h2>
        <p>{say.asksLine(count, countWords(of), sizeWords(bytes))}</p>
        <p class="soft">{say.asksMore}</p>
        {allow.problem && <Notice problem={allow.problem} />}
        <button
          type="button"
          class="button stop"
          disabled={allow.busy}
          onClick={() => confirm(say.allowSure(count)) && allow.give()}
        >
          {say.allow}
        </button>
      </div>
    </section>
  );
}
