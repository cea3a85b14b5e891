import type { StorageInfo } from '../../../protocol/api.ts';
import { type RoomPart, spoolRoom, targetRoom } from '../storage-room.ts';
import { words } from '../words/en.ts';
import { placeOf } from '../words/storage-words.ts';
import { sizeWords } from '../words/time-words.ts';

const say = words.storage;

/** How full the place for recordings is, and the room in which they wait for it. */
export function StorageRoom({ storage }: { storage: StorageInfo }) {
  const { target } = storage;
  return (
    <section class="card">
      <h2>{say.room}</h2>
      <Bar title={say.roomAt(placeOf(target).within)} parts={targetRoom(storage)} />
      {target.kind !== 'embedded' && <Bar title={say.roomHere} parts={spoolRoom(storage)} />}
    </section>
  );
}

/** The words under the bar say what it shows. */
function Bar({ title, parts }: { title: string; parts: readonly RoomPart[] | undefined }) {
  return (
    <figure class="room">
      <figcaption>{title}</figcaption>
      {parts ? (
        <>
          <div class="room-bar" aria-hidden="true">
            {parts.map(({ part, share }) => (
              <i
                key={part}
                class={`room-${part}`}
                style={{ flexGrow: share }}
                data-none={share === 0 || undefined}
              />
            ))}
          </div>
          <ul class="room-words">
            {parts.map(({ part, bytes }) => (
              <li key={part}>
                <i class={`room-${part}`} />
                {say[part]} <strong>{bytes === 0 ? '0' : sizeWords(bytes)}</strong>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p class="soft">{say.roomUnknown}</p>
      )}
    </figure>
  );
}
