import { words } from '../words/en.ts';
import { DecisionCard } from './DecisionCard.tsx';
import { useDecisionsOf } from './use-decisions.ts';

/** Everything that was decided of a moment, newest first; it is asked for when this is there. */
export function WhyPanel({ id, eventIds }: { id: string; eventIds: readonly string[] }) {
  const { decisions, onChange } = useDecisionsOf(eventIds);
  return (
    <div id={id} class="why">
      {!decisions && <p class="skeleton skeleton-line" />}
      {decisions?.length === 0 && <p class="soft">{words.decisions.noneKept}</p>}
      {decisions?.map((decision) => (
        <DecisionCard key={decision.id} decision={decision} onChange={onChange} />
      ))}
    </div>
  );
}
