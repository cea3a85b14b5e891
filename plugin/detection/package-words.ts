/** What the log says of packages. */
import type { PackageDraft } from './package-changes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One line, or two sentences. That nobody was home is a fact; that somebody took it is not said. */
export function packageLine({ phase, package: facts }: Pick<PackageDraft, 'phase' | 'package'>): string {
  const { count, presentForMs, verdict } = facts;
  if (phase === 'delivered') return count > 1 ? `A package came; ${count} lie there now.` : 'A package came.';
  if (phase === 'corrected') {
    if (verdict) return 'The package that went is with the household.';
    return count > 0 ? `Seen better: ${lying(count)}.` : 'Seen better: no package lies there.';
  }
  const gone =
    presentForMs === undefined
      ? 'A package is gone'
      : `The package is gone (it lay there for ${length(presentForMs)})`;
  const left = count > 0 ? `; ${lying(count)}.` : '.';
  if (verdict === 'collected') return `${gone}${left} It was taken in.`;
  return verdict === 'taken' ? `${gone}${left} Nobody was home.` : `${gone}${left}`;
}

const lying = (count: number) => (count === 1 ? 'one lies there' : `${count} lie there`);

function length(ms: number): string {
  if (ms < 2 * MINUTE) return `${Math.max(1, Math.round(ms / 1000))} s`;
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} min`;
  return ms < 2 * DAY ? `${Math.round(ms / HOUR)} h` : `${Math.round(ms / DAY)} days`;
}
