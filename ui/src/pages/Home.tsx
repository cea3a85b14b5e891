import { useEffect, useState } from 'preact/hooks';
import type { HealthInfo } from '../../../protocol/api.ts';
import { HomeLine } from '../household/HomeLine.tsx';
import { useHub } from '../hub-context.tsx';
import { Parcels } from '../parcels/Parcels.tsx';
import { CameraTile } from '../parts/CameraTile.tsx';
import { Empty } from '../parts/Empty.tsx';
import { MomentRow } from '../parts/MomentRow.tsx';
import { MomentSkeletons } from '../parts/MomentSkeletons.tsx';
import { Notice } from '../parts/Notice.tsx';
import { StorageLine } from '../parts/StorageLine.tsx';
import { PairingsWaiting } from '../programs/PairingsWaiting.tsx';
import { hrefOf } from '../route.ts';
import { useMoments } from '../use-moments.ts';
import { useNow } from '../use-now.ts';
import { useStorage } from '../use-storage.ts';
import { words } from '../words/en.ts';
import { isToldAsNews, storageNews } from '../words/storage-words.ts';
import { startOfDay, timeStyle } from '../words/time-words.ts';

const SHOWN = 8;
const style = timeStyle(navigator.language);
const WORTH_A_LINE = ['doorbell', 'motion', 'package'] as const;

/** What is in front of the house now, and what was today. */
export function Home() {
  const { cameras } = useHub();
  return (
    <>
      <h1 class="unseen">{words.home.title}</h1>
      <section class="tiles" data-count={cameras?.length}>
        {cameras === undefined && <div class="picture skeleton" />}
        {cameras?.map((camera) => (
          <CameraTile key={camera.id} camera={camera} />
        ))}
        {cameras?.length === 0 && <Empty title={words.home.noCameras}>{words.home.noCamerasMore}</Empty>}
      </section>
      <div class="beside">
        <PairingsWaiting />
        <HealthLines />
        <Parcels />
        <Today />
      </div>
    </>
  );
}

function Today() {
  const now = useNow(10_000);
  const { moments, problem, retry } = useMoments({ kinds: WORTH_A_LINE, from: startOfDay(now) });
  return (
    <section class="today" aria-labelledby="today">
      <header class="section-head">
        <h2 id="today">{words.home.today}</h2>
        {moments && moments.length > SHOWN && (
          <a href={hrefOf({ page: 'timeline' })}>{words.home.wholeTimeline}</a>
        )}
      </header>
      <HomeLine now={now} />
      {problem && <Notice problem={problem.problem} onRetry={retry} />}
      {!moments && !problem && <MomentSkeletons count={3} />}
      {moments?.length === 0 && <Empty title={words.home.nothingToday}>{words.home.nothingTodayMore}</Empty>}
      {moments && moments.length > 0 && (
        <ul class="moments">
          {moments.slice(0, SHOWN).map((moment) => (
            <li key={moment.id}>
              <MomentRow moment={moment} now={now} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Only what needs the person and is not already written over a camera's picture. */
function HealthLines() {
  const { client, cameras, connection, onEvent } = useHub();
  const [health, setHealth] = useState<HealthInfo>();
  const { storage } = useStorage();
  const now = useNow(10_000);
  const news = storage ? storageNews(storage, now, style) : [];
  const told = new Set(cameras?.map((camera) => camera.problem?.what));

  useEffect(() => {
    if (connection !== 'live') return;
    // A hub that does not answer is told in one place, by the frame around the page.
    const read = () => client.health().then(setHealth, () => undefined);
    void read();
    return onEvent(({ kind }) => {
      if (kind === 'camera' || kind === 'storage') void read();
    });
  }, [client, connection, onEvent]);

  return (
    <>
      {news.map((state) => (
        <StorageLine key={state.title} state={state} class="storage-banner" />
      ))}
      {health?.problems
        .filter((problem) => !told.has(problem.what) && !(news.length > 0 && isToldAsNews(problem)))
        .map((problem) => (
          <Notice key={problem.code + problem.what} problem={problem} />
        ))}
    </>
  );
}
