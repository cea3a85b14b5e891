import { useState } from 'preact/hooks';
import type { CameraAction, Problem } from '../../../protocol/api.ts';
import { problemIn } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';

export interface Collected {
  isCollected(key: string): boolean;
  /** Tells the hub; the card named by `key` is done with at once, and comes back when the hub refuses. */
  collect(cameraId: string, key: string, says: string, how?: CameraAction): void;
  /** For screen readers: what became of it. */
  said: string;
  problem: Problem | undefined;
}

/** What somebody in front of this page says to have taken in. */
export function useCollected(): Collected {
  const { act } = useHub();
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<Problem>();

  const collect: Collected['collect'] = (cameraId, key, says, how = 'packages-collected') => {
    setKeys((known) => new Set([...known, key]));
    setProblem(undefined);
    act(cameraId, how).then(
      () => setSaid(says),
      (error: unknown) => {
        setKeys((known) => new Set([...known].filter((each) => each !== key)));
        setProblem(problemIn(error));
      },
    );
  };
  return { isCollected: (key) => keys.has(key), collect, said, problem };
}
