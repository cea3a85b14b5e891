import { useEffect, useState } from 'preact/hooks';
import type { TimelineReply } from '../../../protocol/api.ts';
import { useHub } from '../hub-context.tsx';

/** Continuous recording grows without an event. */
const REFRESH_MS = 60_000;

/** Footage and gaps of cameras between two times (epoch ms), by camera id; of those that the hub has told so far. */
export function useFootage(
  cameraIds: readonly string[],
  from: number,
  to: number,
): ReadonlyMap<string, TimelineReply> {
  const { client } = useHub();
  const [footage, setFootage] = useState<ReadonlyMap<string, TimelineReply>>(new Map());
  const ids = cameraIds.join();

  useEffect(() => {
    let current = true;
    const read = async () => {
      for (const id of ids.split(',').filter(Boolean)) {
        // The strip shows moments without it as well.
        const told = await client.timeline(id, from, to).catch(() => undefined);
        if (!current) return;
        if (told) setFootage((known) => new Map(known).set(id, told));
      }
    };
    setFootage(new Map());
    void read();
    const timer = setInterval(() => document.visibilityState === 'visible' && void read(), REFRESH_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [client, ids, from, to]);

  return footage;
}
