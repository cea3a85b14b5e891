import { useEffect } from 'preact/hooks';
import { useHub } from '../hub-context.tsx';
import type { Moment } from '../moments.ts';
import { Notice } from '../parts/Notice.tsx';
import { useMoments } from '../use-moments.ts';
import { useNow } from '../use-now.ts';
import { words } from '../words/en.ts';
import { startOfDay } from '../words/time-words.ts';
import { ParcelCard } from './ParcelCard.tsx';
import { ParcelQuestion } from './ParcelQuestion.tsx';
import { eventsWantedFrom, type ParcelsHere, parcelsHere, removalsToAsk } from './parcels-shown.ts';
import { useCollected } from './use-collected.ts';

/** That a parcel cannot be seen, or can again, is told by no event. */
const REFRESH_MS = 30_000;
const KINDS = ['package'] as const;

/** Parcels on the doorstep now, and those that went of which nobody knows who it was. Nothing where there are none. */
export function Parcels() {
  const { cameras = [], refresh } = useHub();
  const now = useNow(10_000);
  const { moments = [] } = useMoments({
    kinds: KINDS,
    from: startOfDay(eventsWantedFrom(cameras, now)),
  });
  const { isCollected, collect, said, problem } = useCollected();

  const here = parcelsHere(cameras).filter((parcels) => !isCollected(keyOf(parcels)));
  const asked = removalsToAsk(moments, now).filter(({ id }) => !isCollected(id));
  useRefresh(refresh, here.length > 0);
  return (
    <>
      <p class="unseen" role="status">
        {said}
      </p>
      {problem && <Notice problem={problem} />}
      {(here.length > 0 || asked.length > 0) && (
        <section class="parcels" aria-label={words.parcels.title}>
          {here.map((parcels) => (
            <ParcelCard
              key={parcels.camera.id}
              parcels={parcels}
              moment={momentOf(parcels, moments)}
              now={now}
              onTake={() => collect(parcels.camera.id, keyOf(parcels), words.parcels.taken)}
            />
          ))}
          {asked.map((moment) => (
            <ParcelQuestion
              key={moment.id}
              moment={moment}
              onYes={() =>
                collect(moment.camera?.id ?? '', moment.id, words.parcels.thanks, 'removal-explained')
              }
            />
          ))}
        </section>
      )}
    </>
  );
}

/** Another parcel that comes is another card. */
const keyOf = ({ camera, eventIds }: ParcelsHere) => `${camera.id} ${eventIds.join()}`;

function momentOf({ eventIds }: ParcelsHere, moments: readonly Moment[]): Moment | undefined {
  return moments.find((moment) => moment.eventIds.some((id) => eventIds.includes(id)));
}

function useRefresh(refresh: () => Promise<void>, wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && void refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh, wanted]);
}
