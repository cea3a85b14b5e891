/** Keeps at the broker how storage is. */
import { type FollowStorageDeps, followStorage, type StorageSource } from '../recordings/follow-storage.ts';
import type { Link } from './link.ts';
import { type StorageMessage, storageMessage, UNKNOWN, worthTelling } from './storage-message.ts';

/** The returned function ends it: from then on nothing is known. */
export function tellStorage(
  link: Pick<Link, 'keep'>,
  storage: StorageSource,
  { topic, ...deps }: FollowStorageDeps & { topic: string },
): () => void {
  let told: StorageMessage = UNKNOWN;
  const tell = (message: StorageMessage) => {
    told = message;
    link.keep(topic, JSON.stringify(message));
  };
  const stop = followStorage(storage, deps, (info, why) => {
    const message = storageMessage(info);
    if (why === 'minute' || worthTelling(message, told)) tell(message);
  });
  return () => {
    stop();
    tell(UNKNOWN);
  };
}
