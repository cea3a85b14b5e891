import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { ClipInfo } from '../../protocol/api.ts';
import type { DoorstepEvent, EventKind } from '../../protocol/event.ts';
import { HubError } from './hub-client.ts';
import { useHub } from './hub-context.tsx';
import { type Moment, momentsFrom } from './moments.ts';

export interface MomentFilter {
  /** Undefined: all but what only marks other moments. */
  kinds?: readonly EventKind[] | undefined;
  /** Only moments that turned out to be of this label. */
  label?: Moment['label'];
  /** Camera id. */
  camera?: string | undefined;
  /** Epoch ms, inclusive. */
  from?: number | undefined;
}

export interface Moments {
  /** Newest first; undefined while the first page is on its way. */
  moments: readonly Moment[] | undefined;
  /** There are earlier ones: `loadMore` fetches them. */
  hasMore: boolean;
  loadMore(): void;
  /** Takes in what is known anew of a clip. */
  onClip(clip: ClipInfo): void;
  problem: HubError | undefined;
  retry(): void;
}

const PAGE = 300;
/** A recording may begin this long before what set it off, in ms. */
const BEFORE = 60_000;
const withId = (clip: ClipInfo) => [clip.id, clip] as const;
const SHOWN: readonly EventKind[] = ['doorbell', 'motion', 'package', 'camera', 'storage'];

interface Loaded {
  events: readonly DoorstepEvent[];
  clips: ReadonlyMap<string, ClipInfo>;
  hasMore: boolean;
}

/** The moments that a filter lets through, kept up to date as events come in. */
export function useMoments({ kinds = SHOWN, label, camera, from }: MomentFilter): Moments {
  const { client, onEvent, epoch } = useHub();
  const [loaded, setLoaded] = useState<Loaded>();
  const [problem, setProblem] = useState<HubError>();
  const [attempt, setAttempt] = useState(0);
  const kindList = kinds.join();

  const read = useCallback(
    async (before?: number): Promise<Loaded> => {
      const where = { ...(camera && { camera }), ...(from && { from }) };
      // `clip ready` says of each moment's recording that it can be played.
      const wanted = [...(kindList.split(',') as EventKind[]), 'clip' as const];
      const events = await client.events({ ...where, kinds: wanted, limit: PAGE, ...(before && { before }) });
      const oldest = events.at(-1);
      const clips = oldest ? await client.clips({ ...where, from: oldest.at - BEFORE, limit: 1000 }) : [];
      return {
        events,
        clips: new Map(clips.map(withId)),
        hasMore: events.length === PAGE,
      };
    },
    [client, camera, from, kindList],
  );

  const onClip = useCallback(
    (clip: ClipInfo) => setLoaded((now) => now && { ...now, clips: new Map([...now.clips, withId(clip)]) }),
    [],
  );

  /** A finished recording has a length, which its event does not tell. */
  const readClips = useCallback(
    (at: number) =>
      client.clips({ from: at - BEFORE, limit: 20 }).then(
        (clips) =>
          setLoaded((now) => now && { ...now, clips: new Map([...now.clips, ...clips.map(withId)]) }),
        // Only a number in the list is missing then.
        () => undefined,
      ),
    [client],
  );

  // A new epoch or attempt means reading again.
  useEffect(() => {
    let current = true;
    setLoaded(undefined);
    setProblem(undefined);
    const early: DoorstepEvent[] = [];
    const stopListening = onEvent((event) => {
      if (!kindList.split(',').includes(event.kind) && event.kind !== 'clip') return;
      if (camera && event.camera?.id !== camera) return;
      early.push(event);
      setLoaded((now) => now && { ...now, events: [event, ...now.events] });
      if (event.kind === 'clip') void readClips(event.at);
    });
    read().then(
      (page) => current && setLoaded({ ...page, events: [...early, ...page.events] }),
      (error: unknown) => current && error instanceof HubError && setProblem(error),
    );
    return () => {
      current = false;
      stopListening();
    };
  }, [read, readClips, onEvent, camera, kindList, epoch, attempt]);

  const loadMore = useCallback(() => {
    const before = loaded && Math.min(...loaded.events.map((event) => event.seq));
    if (!before) return;
    read(before).then(
      (page) =>
        setLoaded(
          (now) =>
            now && {
              events: [...now.events, ...page.events],
              clips: new Map([...now.clips, ...page.clips]),
              hasMore: page.hasMore,
            },
        ),
      (error: unknown) => error instanceof HubError && setProblem(error),
    );
  }, [loaded, read]);

  const moments = useMemo(
    () =>
      loaded &&
      momentsFrom(loaded.events, loaded.clips).filter(
        (moment) => label === undefined || moment.label === label,
      ),
    [loaded, label],
  );
  return {
    moments,
    hasMore: loaded?.hasMore ?? false,
    loadMore,
    onClip,
    problem,
    retry: () => setAttempt((n) => n + 1),
  };
}
