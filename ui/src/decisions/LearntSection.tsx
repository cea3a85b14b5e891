import { useCallback, useEffect, useState } from 'preact/hooks';
import type { CameraInfo } from '../../../protocol/api.ts';
import type { DecisionInfo, Tuning } from '../../../protocol/detection.ts';
import { useHub } from '../hub-context.tsx';
import { Notice } from '../parts/Notice.tsx';
import { When } from '../parts/When.tsx';
import { useNow } from '../use-now.ts';
import { useOrder } from '../use-order.ts';
import { tuningWords } from '../words/detection-words.ts';
import { words } from '../words/en.ts';
import { DecisionCard } from './DecisionCard.tsx';
import { useDecisionsAt } from './use-decisions.ts';

const say = words.tuning;
const SHOWN = 6;

/** What a camera has learnt from answers, the way back to how it was shipped, and what it decided lately. */
export function LearntSection({ camera }: { camera: CameraInfo }) {
  const { client } = useHub();
  const [tuning, setTuning] = useState<Tuning>();
  const read = useCallback(
    () =>
      void client.tuning(camera.id).then(
        setTuning,
        // The section stays away; that the hub is silent is told by the frame around the page.
        () => setTuning(undefined),
      ),
    [client, camera.id],
  );
  useEffect(read, [read]);
  const [wasReset, setWasReset] = useState(false);
  const reset = useOrder(
    () => client.resetTuning(camera.id),
    (next) => {
      setTuning(next);
      setWasReset(true);
    },
  );

  if (!tuning) return null;
  const told = tuningWords(tuning);
  return (
    <section class="learnt" aria-labelledby="learnt">
      <header class="section-head">
        <h2 id="learnt">{say.title}</h2>
      </header>
      <div class="learnt-body">
        <div class="learnt-line">
          <p class={told ? '' : 'soft'} role="status">
            {told ? `${told}.` : wasReset ? say.isReset : say.none}
          </p>
          {told && (
            <button type="button" class="button" aria-busy={reset.busy} onClick={reset.give}>
              {say.reset}
            </button>
          )}
        </div>
        {reset.problem && <Notice problem={reset.problem} />}
        <Lately key={camera.id} camera={camera} onAnswered={read} />
      </div>
    </section>
  );
}

function Lately({ camera, onAnswered }: { camera: CameraInfo; onAnswered(): void }) {
  const [open, setOpen] = useState(false);
  const now = useNow(10_000);
  const { decisions, onChange } = useDecisionsAt(camera.id, SHOWN, open);
  const changed = (decision: DecisionInfo) => {
    onChange(decision);
    onAnswered();
  };
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{words.decisions.title}</summary>
      {decisions?.length === 0 && <p class="soft">{words.decisions.none}</p>}
      <ul class="learnt-list">
        {decisions?.map((decision) => (
          <li key={decision.id}>
            <h3>
              {words.decisions.phases[decision.kind][decision.phase] ?? words.decisions.kinds[decision.kind]}{' '}
              <small>
                <When at={decision.at} now={now} />
              </small>
            </h3>
            <DecisionCard decision={decision} onChange={changed} />
          </li>
        ))}
      </ul>
    </details>
  );
}
