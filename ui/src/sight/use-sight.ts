import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SightInfo } from '../../../protocol/detection.ts';
import { useHub } from '../hub-context.tsx';
import { useWatched } from '../live/use-watched.ts';

const EVERY_MS = 500;

/**
 * What the detector sees, twice a second while it is `wanted` and somebody can see `element`; undefined before the first answer, `none`
 * while nothing looks.
 */
export function useSight(
  cameraId: string,
  element: RefObject<Element | null>,
  wanted: boolean,
): SightInfo | 'none' | undefined {
  const { client } = useHub();
  const watched = useWatched(element);
  const [sight, setSight] = useState<SightInfo | 'none'>();

  useEffect(() => {
    if (!watched || !wanted) return;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The next question waits for the answer: a slow hub is not asked faster than it answers.
    const ask = async () => {
      const next = await client.sight(cameraId, ending.signal).catch(() => undefined);
      if (ending.signal.aborted) return;
      setSight(next ?? 'none');
      timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      ending.abort();
      clearTimeout(timer);
      setSight(undefined);
    };
  }, [client, cameraId, watched, wanted]);

  return sight;
}
