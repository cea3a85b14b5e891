import { SwitchRow } from '../parts/SwitchRow.tsx';
import { words } from '../words/en.ts';
import { useHousehold } from './use-household.ts';

const say = words.household;

/** Says that somebody is home, or nobody. */
export function HomeSwitch() {
  const { household, setHome } = useHousehold();
  if (!household) return <p class="skeleton skeleton-line" />;
  return (
    <SwitchRow
      label={say.somebodyHome}
      hint={household.home === 'unknown' ? `${say.hint} ${say.untold}` : say.hint}
      on={household.home === 'home'}
      onSwitch={setHome}
    />
  );
}
