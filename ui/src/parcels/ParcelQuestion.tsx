import type { Moment } from '../moments.ts';
import { KindSign } from '../parts/KindSign.tsx';
import { StoredPicture } from '../parts/StoredPicture.tsx';
import { hrefOf } from '../route.ts';
import { words } from '../words/en.ts';
import { clockWords, timeStyle } from '../words/time-words.ts';

const say = words.parcels;
const style = timeStyle(navigator.language);

/** A parcel went, and nobody has said who it was. */
export function ParcelQuestion({ moment, onYes }: { moment: Moment; onYes(): void }) {
  const title = say.gone(clockWords(moment.at, style));
  const facts = [moment.camera?.name, moment.package?.verdict === 'taken' && say.nobodyHome].filter(Boolean);
  return (
    <article class="parcel">
      <a
        class="parcel-link"
        href={hrefOf({ page: 'timeline', moment: moment.id })}
        aria-label={say.open([title, ...facts].join(' '))}
      >
        <KindSign sign="parcelOut" />
        <span class="row-text">
          <strong>{title}</strong>
          <span class="row-facts">
            {facts.map((fact) => (
              <span key={String(fact)}>{fact}</span>
            ))}
          </span>
        </span>
        <StoredPicture moment={moment} class="parcel-picture" />
      </a>
      <button type="button" class="button" onClick={onYes}>
        {say.yes}
      </button>
    </article>
  );
}
