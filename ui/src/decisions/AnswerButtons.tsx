import { useRef } from 'preact/hooks';
import type { DecisionInfo } from '../../../protocol/detection.ts';
import { useHub } from '../hub-context.tsx';
import { Notice } from '../parts/Notice.tsx';
import { useOrder } from '../use-order.ts';
import { thanksWords } from '../words/detection-words.ts';
import { words } from '../words/en.ts';
import type { DecisionCardProps } from './DecisionCard.tsx';

const say = words.decisions;

/** Whether a decision was right, with the way back. */
export function AnswerButtons({ decision, onChange }: DecisionCardProps) {
  const { client } = useHub();
  const wish = useRef<DecisionInfo['answer']>(undefined);
  const order = useOrder(() => client.answer(decision.id, wish.current), onChange);
  const answer = (next: DecisionInfo['answer']) => {
    wish.current = next;
    order.give();
  };
  const { answer: given } = decision;
  return (
    <fieldset class="decision-answer">
      <legend class="unseen">{say.question}</legend>
      {(['right', 'wrong'] as const).map((each) => (
        <button
          key={each}
          type="button"
          class="filter"
          aria-pressed={given === each}
          aria-busy={order.busy}
          onClick={() => answer(each)}
        >
          {say[each]}
        </button>
      ))}
      {given && (
        <button type="button" class="quiet" onClick={() => answer(undefined)}>
          {say.undo}
        </button>
      )}
      <p class="soft" role="status">
        {thanksWords(decision)}
      </p>
      {order.problem && <Notice problem={order.problem} />}
    </fieldset>
  );
}
