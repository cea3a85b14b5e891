import type { CameraInfo } from '../../../protocol/api.ts';
import type { Moment } from '../moments.ts';
import { words } from '../words/en.ts';
import { clockWords, dayWords, endOfDay, startOfDay, timeStyle } from '../words/time-words.ts';
import { type StripStretch, stripFootage, stripGaps, stripHours, stripRows } from './strip-marks.ts';
import { useFootage } from './use-footage.ts';

export interface DayStripProps {
  moments: readonly Moment[];
  cameras: readonly CameraInfo[];
  /** Epoch ms; any time of the day to show. */
  day: number;
  now: number;
  current: string | undefined;
  onPick(momentId: string): void;
}

const style = timeStyle(navigator.language);

/** One day, hour by hour, a line for each camera. The list beside it says the same in words, so keyboards and readers skip it. */
export function DayStrip({ moments, cameras, day, now, current, onPick }: DayStripProps) {
  const start = startOfDay(day);
  const end = endOfDay(day);
  const footage = useFootage(
    cameras.map(({ id }) => id),
    start,
    end,
  );
  const playhead = moments.find((moment) => moment.id === current)?.at;
  return (
    <figure class="strip" aria-hidden="true">
      <figcaption>{dayWords(day, now, style)}</figcaption>
      {stripRows(moments, cameras, start, end).map(({ camera, marks }) => (
        <div key={camera.id} class="strip-row">
          {cameras.length > 1 && <span class="strip-name">{camera.name}</span>}
          <div
            class="strip-track"
            title={words.timeline.dayStrip(camera.name)}
            style={{ '--hours': (end - start) / 3_600_000 }}
          >
            {stripFootage(footage.get(camera.id)?.spans ?? [], start, end).map((stretch) => (
              <i key={stretch.from} class="strip-footage" style={placeOf(stretch)} />
            ))}
            {stripGaps(footage.get(camera.id)?.gaps ?? [], start, end).map((gap) => (
              <i
                key={`${gap.from}-${gap.reason}`}
                class="strip-gap"
                style={placeOf(gap)}
                title={words.storage.gapTitle(
                  clockWords(gap.from, style),
                  clockWords(gap.to, style),
                  words.storage.reasons[gap.reason],
                )}
              />
            ))}
            {marks.map(({ id, sign, start: left, width }) => (
              <button
                key={id}
                type="button"
                tabIndex={-1}
                class={`mark mark-${sign}`}
                data-current={id === current || undefined}
                style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
                onClick={() => onPick(id)}
              />
            ))}
            {start <= now && now < end && (
              <i class="strip-now" style={{ left: `${((now - start) / (end - start)) * 100}%` }} />
            )}
            {playhead !== undefined && playhead >= start && playhead < end && (
              <i class="playhead" style={{ left: `${((playhead - start) / (end - start)) * 100}%` }} />
            )}
          </div>
        </div>
      ))}
      <div class="strip-hours">
        {stripHours(start, end).map(({ hour, at }) => (
          <span key={hour} style={{ left: `${at * 100}%`, translate: `${-at * 100}%` }}>
            {String(hour).padStart(2, '0')}
          </span>
        ))}
      </div>
    </figure>
  );
}

const placeOf = ({ start, width }: Pick<StripStretch, 'start' | 'width'>) => ({
  left: `${start * 100}%`,
  width: `${width * 100}%`,
});
