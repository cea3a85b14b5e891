import type { ComponentChildren } from 'preact';
import type { Moment } from '../moments.ts';
import { MomentRow } from '../parts/MomentRow.tsx';
import { dayKey, dayWords, timeStyle } from '../words/time-words.ts';
import { byDay } from './by-day.ts';

export interface DayListProps {
  moments: readonly Moment[];
  now: number;
  /** Id of the moment that is open. */
  open: string | undefined;
  /** The open moment's recording, where it opens within the list. */
  stage: ComponentChildren;
}

const style = timeStyle(navigator.language);

export function DayList({ moments, now, open, stage }: DayListProps) {
  const today = dayKey(now, style);
  return (
    <>
      {byDay(moments, style).map((day) => (
        <section key={day.key} class="day">
          <h2>{dayWords(day.moments[0]?.at ?? now, now, style)}</h2>
          <ul class="moments">
            {day.moments.map((moment) => (
              <li key={moment.id} id={`moment-${moment.id}`}>
                {stage && moment.id === open ? (
                  stage
                ) : (
                  <MomentRow
                    moment={moment}
                    now={day.key === today ? now : undefined}
                    current={moment.id === open}
                  />
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
