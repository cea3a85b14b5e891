import { useEffect, useState } from 'preact/hooks';
import { HubError } from '../hub-client.ts';
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
  const [problem, setProblem] = useState<HubError>();
  const shown = wish ?? on;

  // What comes from elsewhere meanwhile is newer than the wish.
  useEffect(() => setWish(undefined), [on]);

  const toggle = () => {
    setWish(!shown);
    setProblem(undefined);
    onSwitch(!shown)
      .catch((error: unknown) => error instanceof HubError && setProblem(error))
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
        aria-description={hint}
        disabled={wish !== undefined}
        onClick={toggle}
      >
        <span>
          {label}
          <small>{hint}</small>
        </span>
        <i class="switch" />
      </button>
      {problem && <Notice problem={problem.problem} />}
    </>
  );
}
