import type { Problem } from '../../../protocol/api.ts';
import { words } from '../words/en.ts';

/** Something that needs the person: what, where, cure, in one breath, with the button that may do it. */
export function Notice({ problem, onRetry }: { problem: Pick<Problem, 'what' | 'cure'>; onRetry?(): void }) {
  return (
    <div class="notice" role="status">
      <p>
        <strong>{problem.what}</strong> {problem.cure}
      </p>
      {onRetry && (
        <button type="button" class="button" onClick={onRetry}>
          {words.problems.tryAgain}
        </button>
      )}
    </div>
  );
}
