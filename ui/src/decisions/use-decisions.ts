import { useCallback, useEffect, useState } from 'preact/hooks';
import type { DecisionInfo } from '../../../protocol/detection.ts';
import { useHub } from '../hub-context.tsx';

/** The hub takes no more at once; a visit with more of them is one decision all the same. */
const MOST_EVENTS = 50;
/** As many of one moment are shown. */
const MOST_OF_ONE = 20;

export interface Decisions {
  /** Newest first; undefined until the hub has told them. */
  decisions: readonly DecisionInfo[] | undefined;
  /** Takes in one as it is now. */
  onChange(decision: DecisionInfo): void;
}

/** What was decided of a moment, by the ids of its events. */
export function useDecisionsOf(eventIds: readonly string[]): Decisions {
  const { client } = useHub();
  const ids = eventIds.slice(0, MOST_EVENTS).join();
  const read = useCallback(
    () => client.decisions({ eventId: ids.split(','), limit: MOST_OF_ONE }),
    [client, ids],
  );
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
    // What is known stays meanwhile: somebody may be about to answer.
    read().then(
      (found) => current && setDecisions(found),
      // That the hub is silent is told by the frame around the page.
      () => current && setDecisions((known) => known ?? []),
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
