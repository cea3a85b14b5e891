import { useHub } from '../hub-context.tsx';
import { type Moment, signOf } from '../moments.ts';
import { hrefOf } from '../route.ts';
import { words } from '../words/en.ts';
import { momentWords, parcelFacts } from '../words/event-words.ts';
import { lengthWords } from '../words/time-words.ts';
import { KindSign } from './KindSign.tsx';
import { StoredPicture } from './StoredPicture.tsx';
import { When } from './When.tsx';

export interface MomentRowProps {
  moment: Moment;
  /** Epoch ms; without it the clock time is enough, since the day stands above. */
  now?: number | undefined;
  current?: boolean;
  /** Where all are of one camera, its name is left out. */
  nameless?: boolean;
}

/** One line of a list of moments. It leads to the moment on the timeline. */
export function MomentRow({ moment, now, current = false, nameless = false }: MomentRowProps) {
  const { cameras } = useHub();
  const camera = cameras?.find(({ id }) => id === moment.camera?.id);
  const { clip } = moment;
  const length =
    clip?.startedAt !== undefined && clip.endedAt !== undefined ? clip.endedAt - clip.startedAt : undefined;
  return (
    <a class="row" href={hrefOf({ page: 'timeline', moment: moment.id })} aria-current={current || undefined}>
      <KindSign sign={signOf(moment)} />
      <span class="row-text">
        <span class="row-title">
          {momentWords(moment, camera?.kind)}
          {moment.test && <span class="tag">{words.moments.test}</span>}
        </span>
        <span class="row-facts">
          <When at={moment.at} now={now} />
          {moment.camera && !nameless && cameras?.length !== 1 && (
            <span>{camera?.name ?? moment.camera.name}</span>
          )}
          {parcelFacts(moment).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
          {length !== undefined && <span>{lengthWords(length)}</span>}
        </span>
      </span>
      <StoredPicture moment={moment} class="thumb" instead={<span class="thumb thumb-none" />} />
    </a>
  );
}
