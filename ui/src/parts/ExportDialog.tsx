import { useEffect, useRef, useState } from 'preact/hooks';
import type { CameraInfo } from '../../../protocol/api.ts';
import type { Moment } from '../moments.ts';
import { words } from '../words/en.ts';
import { dayWords, timeStyle } from '../words/time-words.ts';
import { ExportDay } from './ExportDay.tsx';
import { ExportList } from './ExportList.tsx';
import { ExportStretch } from './ExportStretch.tsx';
import { IconButton } from './IconButton.tsx';
import { useExports } from './use-exports.ts';

export interface ExportDialogProps {
  cameras: readonly CameraInfo[];
  /** Id of the camera that is chosen at first. */
  first: string;
  /** Of that camera. */
  moment: Moment | undefined;
  /** Epoch ms; any time of the day. */
  day: number;
  now: number;
  onClose(): void;
}

const say = words.exports;
const style = timeStyle(navigator.language);

/** Saving from one day: a stretch of it, all of it, and what was made before. */
export function ExportDialog({ cameras, first, moment, day, now, onClose }: ExportDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [camera, setCamera] = useState(first);
  const exports = useExports();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="export" aria-labelledby="export-title" onClose={onClose}>
      <header class="export-head">
        <h2 id="export-title">
          {say.title} <span class="soft">{dayWords(day, now, style)}</span>
        </h2>
        <IconButton icon="close" label={say.close} onClick={() => dialog.current?.close()} />
      </header>
      {cameras.length > 1 && (
        <label class="field">
          <span>{say.camera}</span>
          <select value={camera} onChange={(event) => setCamera(event.currentTarget.value)}>
            {cameras.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <ExportStretch camera={camera} moment={moment} day={day} now={now} onBegun={exports.look} />
      <ExportDay camera={camera} day={day} onBegun={exports.look} />
      <ExportList exports={exports} />
    </dialog>
  );
}
