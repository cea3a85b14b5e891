import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useHub } from '../hub-context.tsx';
import type { Moment } from '../moments.ts';
import { Empty } from '../parts/Empty.tsx';
import { ExportButton } from '../parts/ExportButton.tsx';
import { MomentSkeletons } from '../parts/MomentSkeletons.tsx';
import { Notice } from '../parts/Notice.tsx';
import { hrefOf } from '../route.ts';
import { DayList } from '../timeline/DayList.tsx';
import { DayStrip } from '../timeline/DayStrip.tsx';
import { Filters } from '../timeline/Filters.tsx';
import { KIND_FILTERS, type KindFilter } from '../timeline/kind-filter.ts';
import { MomentStage } from '../timeline/MomentStage.tsx';
import { useEndOfList } from '../timeline/use-end-of-list.ts';
import { useMedia, WIDE } from '../use-media.ts';
import { useMoments } from '../use-moments.ts';
import { useNow } from '../use-now.ts';
import { words } from '../words/en.ts';

/** Everything that happened, day by day. `selected` is the id of the moment that is open. */
export function Timeline({ selected }: { selected: string | undefined }) {
  const { cameras = [] } = useHub();
  const now = useNow(10_000);
  const wide = useMedia(WIDE);
  const [kind, setKind] = useState<KindFilter>('everything');
  const [camera, setCamera] = useState<string>();
  const { moments, hasMore, loadMore, onClip, problem, retry } = useMoments({
    ...KIND_FILTERS[kind],
    camera,
  });

  const end = useRef<HTMLDivElement>(null);
  useEndOfList(end, hasMore, loadMore);

  const open = useMemo(() => {
    const chosen =
      moments?.findIndex(({ eventIds }) => selected !== undefined && eventIds.includes(selected)) ?? -1;
    // A desk has room for a picture at all times: the newest there is.
    return chosen < 0 && wide ? (moments?.findIndex((moment) => moment.snapshotId) ?? -1) : chosen;
  }, [moments, selected, wide]);
  const shown = moments?.[open];
  useRowInView(selected);

  const stage = shown && (
    <MomentStage
      moment={shown}
      camera={cameras.find(({ id }) => id === shown.camera?.id)}
      autoPlay={selected !== undefined && shown.eventIds.includes(selected)}
      later={nextWithPicture(moments.slice(0, open).reverse())}
      earlier={nextWithPicture(moments.slice(open + 1))}
      onOpen={({ id }) => goTo(id)}
      onClip={onClip}
      onClose={() => goTo(undefined)}
      closable={!wide}
    />
  );
  const filtered = kind !== 'everything' || camera !== undefined;
  const showAll = () => {
    setKind('everything');
    setCamera(undefined);
  };

  return (
    <>
      <h1 class="unseen">{words.timeline.title}</h1>
      <div class="timeline-side">
        <Filters kind={kind} onKind={setKind} cameras={cameras} camera={camera} onCamera={setCamera} />
        {problem && <Notice problem={problem.problem} onRetry={retry} />}
        {!moments && !problem && <MomentSkeletons count={8} />}
        {moments?.length === 0 &&
          !hasMore &&
          (filtered ? (
            <Empty title={words.timeline.emptyFiltered}>
              {words.timeline.emptyFilteredMore}{' '}
              <button type="button" class="link" onClick={showAll}>
                {words.timeline.showAll}
              </button>
            </Empty>
          ) : (
            <Empty title={words.timeline.empty}>{words.timeline.emptyMore}</Empty>
          ))}
        {moments && <DayList moments={moments} now={now} open={shown?.id} stage={wide ? undefined : stage} />}
        <div ref={end}>{moments && hasMore && <MomentSkeletons count={2} />}</div>
      </div>
      {moments && moments.length > 0 && (
        <div class="timeline-main">
          {wide && stage}
          <DayStrip
            moments={moments}
            cameras={camera ? cameras.filter(({ id }) => id === camera) : cameras}
            day={shown?.at ?? now}
            now={now}
            current={shown?.id}
            onPick={goTo}
          />
          <ExportButton cameras={cameras} camera={camera} moment={shown} day={shown?.at ?? now} now={now} />
        </div>
      )}
    </>
  );
}

function goTo(moment: string | undefined): void {
  // Stepping through moments should not fill the way back.
  location.replace(hrefOf(moment ? { page: 'timeline', moment } : { page: 'timeline' }));
}

function nextWithPicture(moments: readonly Moment[]): Moment | undefined {
  return moments.find((moment) => moment.clip ?? moment.snapshotId);
}

function useRowInView(momentId: string | undefined): void {
  useEffect(() => {
    if (momentId) document.getElementById(`moment-${momentId}`)?.scrollIntoView({ block: 'nearest' });
  }, [momentId]);
}
