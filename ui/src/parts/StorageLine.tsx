import { hrefOf } from '../route.ts';
import type { StorageState } from '../words/storage-words.ts';
import { Icon } from './Icon.tsx';
import { StorageMark } from './StorageMark.tsx';

/** How storage is, in short; a tap tells all of it. */
export function StorageLine({ state, class: more = '' }: { state: StorageState; class?: string }) {
  return (
    <a class={`storage-line ${more}`} href={hrefOf({ page: 'storage' })}>
      <StorageMark mark={state.mark} />
      <span>
        {state.title}
        <small>{state.more}</small>
      </span>
      <Icon name="onward" />
    </a>
  );
}
