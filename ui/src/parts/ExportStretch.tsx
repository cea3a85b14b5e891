import { useState } from 'preact/hooks';
import { paths } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';
import type { Moment } from '../moments.ts';
import { stretchOf, suggestedStretch, timeField } from '../timeline/export-times.ts';
import { useOrder } from '../use-order.ts';
import { words } from '../words/en.ts';
import { clockWords, dayWords, startOfDay, timeStyle } from '../words/time-words.ts';
import { Notice } from './Notice.tsx';
import { saveFile } from './save-file.ts';

export interface ExportStretchProps {
  camera: string;
  moment: Moment | undefined;
  /** Epoch ms; any time of the day. */
  day: number;
  now: number;
  /** A film is being made from now on. */
  onBegun(): void;
}

const say = words.exports;
const style = timeStyle(navigator.language);

const whenOf = (at: number, now: number) => `${dayWords(at, now, style)} ${clockWords(at, style)}`;

/** From one time of the day to another: as it was recorded, or cut to the picture. */
export function ExportStretch({ camera, moment, day, now, onBegun }: ExportStretchProps) {
  const { client } = useHub();
  const [suggested] = useState(() => suggestedStretch(moment, now));
  const [times, setTimes] = useState<readonly [string, string]>([
    timeField(suggested.from),
    timeField(suggested.to),
  ]);
  const [begin, end] = times;
  const [exact, setExact] = useState(false);
  const stretch = stretchOf(day, times, { now, suggested: suggested.from });
  const noLength = begin !== '' && begin === end;
  const save = useOrder(
    async () => {
      if (!stretch) return;
      if (exact) await client.startExport({ kind: 'range', camera, ...stretch });
      else {
        const path = paths.stretchFile(camera, stretch.from, stretch.to);
        await client.canSave(path);
        saveFile(path);
      }
    },
    () => exact && onBegun(),
  );
  return (
    <form
      class="export-part"
      onSubmit={(event) => {
        event.preventDefault();
        save.give();
      }}
    >
      <h3>{say.stretch}</h3>
      <div class="export-times">
        <label class="field">
          <span>{say.from}</span>
          <input
            type="time"
            step="1"
            required
            value={begin}
            onInput={(event) => setTimes([event.currentTarget.value, end])}
          />
        </label>
        <label class="field">
          <span>{say.to}</span>
          <input
            type="time"
            step="1"
            required
            value={end}
            aria-invalid={noLength}
            onInput={(event) => setTimes([begin, event.currentTarget.value])}
          />
        </label>
      </div>
      {noLength && (
        <p class="field-problem" role="alert">
          {say.noLength}
        </p>
      )}
      {stretch && startOfDay(stretch.from) !== startOfDay(stretch.to) && (
        <p class="soft" role="status">
          {say.overMidnight(whenOf(stretch.from, now), whenOf(stretch.to, now))}
        </p>
      )}
      <fieldset class="export-how">
        <legend class="unseen">{say.how}</legend>
        <Choice
          name={say.asRecorded}
          more={say.asRecordedMore}
          chosen={!exact}
          onChoose={() => setExact(false)}
        />
        <Choice name={say.exact} more={say.exactMore} chosen={exact} onChoose={() => setExact(true)} />
      </fieldset>
      {save.problem && <Notice problem={save.problem} />}
      <button type="submit" class="button button-main" disabled={!stretch} aria-busy={save.busy}>
        {exact ? say.cut : say.save}
      </button>
    </form>
  );
}

interface ChoiceProps {
  name: string;
  more: string;
  chosen: boolean;
  onChoose(): void;
}

function Choice({ name, more, chosen, onChoose }: ChoiceProps) {
  return (
    <label class="check">
      <input type="radio" name="export-how" checked={chosen} onChange={onChoose} />
      <span>
        {name}
        <small>{more}</small>
      </span>
    </label>
  );
}
