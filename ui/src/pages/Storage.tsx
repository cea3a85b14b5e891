import { Notice } from '../parts/Notice.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { StorageAsks } from '../parts/StorageAsks.tsx';
import { StorageDropped } from '../parts/StorageDropped.tsx';
import { StorageKeeping } from '../parts/StorageKeeping.tsx';
import { StorageNow } from '../parts/StorageNow.tsx';
import { StorageRoom } from '../parts/StorageRoom.tsx';
import { useNow } from '../use-now.ts';
import { useStorage } from '../use-storage.ts';
import { words } from '../words/en.ts';
import { askedRemoval } from '../words/storage-words.ts';

const say = words.storage;

/** Where recordings go and whether they arrive, how much room there is, and what could not be kept. */
export function Storage() {
  const { storage, problem, read, show } = useStorage();
  const now = useNow(10_000);
  const dropped = storage && <StorageDropped storage={storage} now={now} />;
  const asks = storage && askedRemoval(storage);
  const lost = storage !== undefined && storage.dropped.recordings > 0;
  return (
    <>
      <PageHead title={say.title} back={{ to: { page: 'settings' }, label: say.back }} />
      {problem && <Notice problem={problem.problem} onRetry={read} />}
      {storage ? (
        <>
          <StorageNow storage={storage} now={now} onChanged={show} />
          {asks && <StorageAsks asks={asks} onChanged={show} />}
          {lost && dropped}
          <StorageRoom storage={storage} />
          <StorageKeeping storage={storage} now={now} />
          {!lost && dropped}
        </>
      ) : (
        <section class="card" aria-busy="true">
          <p class="skeleton skeleton-line" />
          <p class="skeleton skeleton-line skeleton-short" />
        </section>
      )}
    </>
  );
}
