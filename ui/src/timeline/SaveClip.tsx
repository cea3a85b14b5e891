import { paths } from '../hub-client.ts';
import { Icon } from '../parts/Icon.tsx';
import { words } from '../words/en.ts';

/** Downloads a clip. */
export function SaveClip({ id }: { id: string }) {
  const label = words.clip.save;
  return (
    <a class="icon-button" href={paths.clipFile(id)} download aria-label={label} title={label}>
      <Icon name="save" />
    </a>
  );
}
