import { useState } from 'preact/hooks';
import type { Problem } from '../../protocol/api.ts';
import { problemIn } from './hub-client.ts';

export interface Order {
  /** Does nothing while one is under way. */
  give(): void;
  busy: boolean;
  problem: Problem | undefined;
}

/** Something that the person orders by a button: under way, done, or why not. */
export function useOrder<T>(order: () => Promise<T>, onDone: (answer: T) => void = () => {}): Order {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const give = () => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    order()
      .then(onDone)
      .catch((error: unknown) => setProblem(problemIn(error)))
      .finally(() => setBusy(false));
  };
  return { give, busy, problem };
}
