import { useEffect, useRef, useState } from 'preact/hooks';
import { HubError } from './hub-client.ts';

export interface Examination<T> {
  report: T | undefined;
  problem: HubError | undefined;
  running: boolean;
  begin(): void;
}

/** Asks the doctor when told to. Leaving the page, or another subject, ends the asking; the hub then stops as well. */
export function useExamination<T>(subject: string, ask: (signal: AbortSignal) => Promise<T>): Examination<T> {
  const [report, setReport] = useState<T>();
  const [problem, setProblem] = useState<HubError>();
  const [running, setRunning] = useState(false);
  const stop = useRef<AbortController>(null);

  useEffect(() => {
    setReport(undefined);
    setProblem(undefined);
    setRunning(false);
    return () => stop.current?.abort();
  }, [subject]);

  const begin = () => {
    stop.current?.abort();
    stop.current = new AbortController();
    const { signal } = stop.current;
    setRunning(true);
    setProblem(undefined);
    ask(signal)
      .then(
        (found) => !signal.aborted && setReport(found),
        (error: unknown) => !signal.aborted && error instanceof HubError && setProblem(error),
      )
      .finally(() => !signal.aborted && setRunning(false));
  };
  return { report, problem, running, begin };
}
