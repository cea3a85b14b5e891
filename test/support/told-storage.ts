/** Storage that a test tells what to be. */
import type { StorageSource } from '../../plugin/recordings/follow-storage.ts';
import type { StorageInfo } from '../../protocol/api.ts';
import { storageFacts } from './storage-facts.ts';

export class ToldStorage implements StorageSource {
  info: StorageInfo = {
    ...storageFacts('/mnt/nas/doorstep'),
    target: { kind: 'folder', where: '/mnt/nas/doorstep', state: 'ready', since: 0, freeBytes: 2e12 },
  };
  /** How often it was looked at. */
  looks = 0;
  readonly #listeners = new Set<() => void>();

  async storage(): Promise<StorageInfo> {
    this.looks += 1;
    return this.info;
  }

  onStorage(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many listen; 0 after a clean end. */
  get listening(): number {
    return this.#listeners.size;
  }

  /** It changes, and says so. */
  become({ target, spool, ...more }: ToldChange): void {
    this.info = {
      ...this.info,
      ...more,
      target: { ...this.info.target, ...target },
      spool: { ...this.info.spool, ...spool },
    };
    for (const listener of this.#listeners) listener();
  }
}

export type ToldChange = Partial<Omit<StorageInfo, 'target' | 'spool'>> & {
  target?: Partial<StorageInfo['target']>;
  spool?: Partial<StorageInfo['spool']>;
};
