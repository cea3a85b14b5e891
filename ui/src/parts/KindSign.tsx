import type { Sign } from '../moments.ts';
import { words } from '../words/en.ts';
import { Icon } from './Icon.tsx';

/** The kind of a moment as shape, colour and word. */
export function KindSign({ sign }: { sign: Sign }) {
  return (
    <span
      class={`sign sign-${sign}`}
      role="img"
      aria-label={words.moments.kind[sign]}
      title={words.moments.kind[sign]}
    >
      <Icon name={sign} />
    </span>
  );
}
