import { paths } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';
import { useOrder } from '../use-order.ts';
import { words } from '../words/en.ts';
import { dayKey, endOfDay, startOfDay, timeStyle } from '../words/time-words.ts';
import { Notice } from './Notice.tsx';
import { saveFile } from './save-file.ts';

export interface ExportDayProps {
  camera: string;
  /** Epoch ms; any time of the day. */
  day: number;
  /** A film is being made from now on. */
  onBegun(): void;
}

const say = words.exports;
const style = timeStyle(navigator.language);

/** All of a day: its recordings in a ZIP, or a minute that shows it. */
export function ExportDay({ camera, day, onBegun }: ExportDayProps) {
  const { client } = useHub();
  const whole = { day: dayKey(day, style), from: startOfDay(day), to: endOfDay(day) };
  const zip = useOrder(
    async () => {
      const path = paths.dayFile(camera, whole);
      await client.canSave(path);
      saveFile(path);
    },
    () => undefined,
  );
  const timelapse = useOrder(() => client.startExport({ kind: 'timelapse', camera, ...whole }), onBegun);
  const problem = zip.problem ?? timelapse.problem;
  return (
    <section class="export-part">
      <h3>{say.day}</h3>
      <div class="export-line">
        <p>
          {say.zip}
          <small>{say.zipMore}</small>
        </p>
        <button
          type="button"
          class="button"
          aria-label={`${say.zip}: ${say.save}`}
          aria-busy={zip.busy}
          onClick={zip.give}
        >
          {say.save}
        </button>
      </div>
      <div class="export-line">
        <p>
          {say.timelapse}
          <small>{say.timelapseMore}</small>
        </p>
        <button
          type="button"
          class="button"
          aria-label={`${say.timelapse}: ${say.cut}`}
          aria-busy={timelapse.busy}
          onClick={timelapse.give}
        >
          {say.cut}
        </button>
      </div>
      {problem && <Notice problem={problem} />}
    </section>
  );
}
