import { hrefOf } from '../route.ts';
import { words } from '../words/en.ts';
import { usePairings } from './use-pairings.ts';

const REFRESH_MS = 5_000;

/** On Home, while a program asks to be let in. */
export function PairingsWaiting() {
  const { pairings = [] } = usePairings(REFRESH_MS);
  const names = pairings.filter(({ state }) => state === 'pending').map(({ name }) => name);
  if (names.length === 0) return null;
  return (
    <div class="notice" role="status">
      <p>{words.programs.waiting(names)}</p>
      <a class="button button-link" href={hrefOf({ page: 'programs' })}>
        {words.programs.look}
      </a>
    </div>
  );
}
