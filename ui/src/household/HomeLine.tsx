import { words } from '../words/en.ts';
import { sinceWords, timeStyle } from '../words/time-words.ts';
import { useHousehold } from './use-household.ts';

const style = timeStyle(navigator.language);

/** Whether somebody is home, in a line; nothing in a house where nobody ever said so. */
export function HomeLine({ now }: { now: number }) {
  const { household } = useHousehold();
  if (!household || household.home === 'unknown') return null;
  return (
    <p class="home-line soft">{words.household[household.home](sinceWords(household.since, now, style))}</p>
  );
}
