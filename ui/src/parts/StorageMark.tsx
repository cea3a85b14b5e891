import type { StorageState } from '../words/storage-words.ts';
import { Icon } from './Icon.tsx';

const ICONS = { well: 'well', waits: 'waits', asks: 'needsYou' } as const;

/** How storage is, as a sign before a sentence that says the same. */
export function StorageMark({ mark }: { mark: StorageState['mark'] }) {
  return (
    <span class={`storage-mark storage-${mark}`}>
      <Icon name={ICONS[mark]} />
    </span>
  );
}
