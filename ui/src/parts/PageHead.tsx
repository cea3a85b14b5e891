import { hrefOf, type Route } from '../route.ts';
import { Icon } from './Icon.tsx';

/** The head of a page below another: its title, and the way back. */
export function PageHead({ title, back }: { title: string; back: { to: Route; label: string } }) {
  return (
    <header class="section-head">
      <a class="back" href={hrefOf(back.to)} aria-label={back.label}>
        <Icon name="back" />
      </a>
      <h1>{title}</h1>
    </header>
  );
}
