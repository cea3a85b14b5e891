import { Icon } from '../parts/Icon.tsx';
import { hrefOf } from '../route.ts';
import { words } from '../words/en.ts';

/** In the settings; a tap leads to the programs. */
export function ProgramsLine() {
  return (
    <a class="programs-line" href={hrefOf({ page: 'programs' })}>
      <span>
        {words.programs.line}
        <small>{words.programs.lineMore}</small>
      </span>
      <Icon name="onward" />
    </a>
  );
}
