import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ExportInfo, Problem } from '../../../protocol/api.ts';
import { problemIn } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';

/** How often is asked how far they are. */
const LOOK_EVERY_MS = 1000;

export interface Exports {
  /** Newest first; undefined until the hub has answered. */
  list: readonly ExportInfo[] | undefined;
  problem: Problem | undefined;
  /** Asks anew. */
  look(): void;
}

/** The films that are made for the household; while one is under way it is asked again and again. */
export function useExports(): Exports {
  const { client } = useHub();
  const [list, setList] = useState<readonly ExportInfo[]>();
  const [problem, setProblem] = useState<Problem>();
  const look = useCallback(() => {
    client
      .exports()
      .then((exports) => {
        setList(exports);
        setProblem(undefined);
      })
      .catch((error: unknown) => setProblem(problemIn(error)));
  }, [client]);
  useEffect(look, [look]);
  const working = list?.some(({ state }) => state === 'working') ?? false;
  useEffect(() => {
    if (!working) return;
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [working, look]);
  return { list, problem, look };
}
