import { useEffect, useId, useState } from 'preact/hooks';
import type { Problem } from '../../../protocol/api.ts';
import { problemIn } from '../hub-client.ts';
import { Notice } from './Notice.tsx';

export interface SwitchRowProps {
  label: string;
  /** What it does, in a sentence. */
  hint: string;
  on: boolean;
  /** Resolves when it is done. */
  onSwitch(on: boolean): Promise<void>;
}

/** A switch with what it does. It moves at once, and back when the hub refuses. */
export function SwitchRow({ label, hint, on, onSwitch }: SwitchRowProps) {
  const [wish, setWish] = useState<boolean>();
  const [problem, setProblem] = useState<Problem>();
  const hintId = useId();
  const shown = wish ?? on;
  const busy = wish !== undefined;

  // What comes from elsewhere meanwhile is newer than the wish, and than what became of it.
  useEffect(() => {
    setWish(undefined);
    setProblem(undefined);
  }, [on]);

  const toggle = () => {
    if (busy) return;
    setWish(!shown);
    setProblem(undefined);
    onSwitch(!shown)
      .catch((error: unknown) => setProblem(problemIn(error)))
      .finally(() => setWish(undefined));
  };

  return (
    <>
      <button
        type="button"
        class="switch-row"
        role="switch"
        aria-checked={shown}
        aria-label={label}
        aria-describedby={hintId}
        // Not `disabled`: that would take the focus away from whoever pressed it.
        aria-disabled={busy}
        onClick={toggle}
      >
        <span>
          {label}
          <small id={hintId}>{hint}</small>
        </span>
        <i class="switch" />
      </button>
      {problem && <Notice problem={problem} />}
    </>
  );
}
