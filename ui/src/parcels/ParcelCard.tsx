import type { Moment } from '../moments.ts';
import { KindSign } from '../parts/KindSign.tsx';
import { StoredPicture } from '../parts/StoredPicture.tsx';
import { hrefOf } from '../route.ts';
import { words } from '../words/en.ts';
import { sinceWords, timeStyle } from '../words/time-words.ts';
import type { ParcelsHere } from './parcels-shown.ts';

const say = words.parcels;
const style = timeStyle(navigator.language);

export interface ParcelCardProps {
  parcels: ParcelsHere;
  /** That told of the last one; it has the picture. */
  moment: Moment | undefined;
  now: number;
  onTake(): void;
}

/** What lies in front of one camera, with the button for whoever took it in. */
export function ParcelCard({ parcels, moment, now, onTake }: ParcelCardProps) {
  const { camera, count, since, confirmed } = parcels;
  const title = say.since(count, camera.kind === 'doorbell', sinceWords(since, now, style));
  const facts = [camera.name, ...(confirmed ? [] : [say.unseen])];
  return (
    <article class="parcel">
      <a
        class="parcel-link"
        href={hrefOf(
          moment ? { page: 'timeline', moment: moment.id } : { page: 'camera', slug: camera.slug },
        )}
        aria-label={say.open([title, ...facts].join(', '))}
      >
        <KindSign sign="parcelIn" />
        <span class="row-text">
          <strong>{title}</strong>
          <span class="row-facts">
            {facts.map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
          </span>
        </span>
        {moment && <StoredPicture moment={moment} class="parcel-picture" />}
      </a>
      <button type="button" class="button" onClick={onTake}>
        {say.take(count)}
      </button>
    </article>
  );
}
