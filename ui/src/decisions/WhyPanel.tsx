import { DecisionCard } from './DecisionCard.tsx';
import type { Decisions } from './use-decisions.ts';

/** Everything that was decided of a moment, newest first. */
export function WhyPanel({
  id,
  decisions: { decisions = [], onChange },
}: {
  id: string;
  decisions: Decisions;
}) {
  return (
    <div id={id} class="why">
      {decisions.map((decision) => (
        <DecisionCard key={decision.id} decision={decision} onChange={onChange} />
      ))}
    </div>
  );
}
