import { useCallback, useEffect, useState } from 'preact/hooks';
import type { DecisionInfo } from '../../../protocol/detection.ts';
import { useHub } from '../hub-context.tsx';

/** As many of one moment are asked for. */
const MOST_OF_ONE = 8;

export interface Decisions {
  /** Newest first; undefined until the hub has told them. */
  decisions: readonly DecisionInfo[] | undefined;
  /** Takes in one as it is now. */
  onChange(decision: DecisionInfo): void;
}

/** What was decided of a moment, by the ids of its events. */
export function useDecisionsOf(eventIds: readonly string[]): Decisions {
  const { client } = useHub();
  const ids = eventIds.join();
  const read = useCallback(async () => {
    const ofEach = await Promise.all(
      ids.split(',').map((eventId) => client.decisions({ eventId, limit: MOST_OF_ONE })),
    );
    return ofEach.flat().toSorted((a, b) => b.at - a.at);
  }, [client, ids]);
  return useDecisions(read);
}

/** What was decided of a camera lately; nothing is asked before `wanted`. */
export function useDecisionsAt(camera: string, limit: number, wanted: boolean): Decisions {
  const { client } = useHub();
  const read = useCallback(
    async () => (wanted ? client.decisions({ camera, limit }) : undefined),
    [client, camera, limit, wanted],
  );
  return useDecisions(read);
}

function useDecisions(read: () => Promise<readonly DecisionInfo[] | undefined>): Decisions {
  const [decisions, setDecisions] = useState<readonly DecisionInfo[]>();

  useEffect(() => {
    let current = true;
    setDecisions(undefined);
    read().then(
      (found) => current && setDecisions(found),
      // Without them the moment is whole; that the hub is silent is told by the frame around the page.
      () => current && setDecisions([]),
    );
    return () => {
      current = false;
    };
  }, [read]);

  const onChange = useCallback(
    (decision: DecisionInfo) =>
      setDecisions((known) => known?.map((each) => (each.id === decision.id ? decision : each))),
    [],
  );
  return { decisions, onChange };
}
