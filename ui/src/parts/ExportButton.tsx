import { useState } from 'preact/hooks';
import type { CameraInfo } from '../../../protocol/api.ts';
import type { Moment } from '../moments.ts';
import { words } from '../words/en.ts';
import { ExportDialog } from './ExportDialog.tsx';

export interface ExportButtonProps {
  cameras: readonly CameraInfo[];
  /** Id of the camera that is shown alone. */
  camera: string | undefined;
  /** The moment that is open. */
  moment: Moment | undefined;
  /** Epoch ms; any time of the day that is shown. */
  day: number;
  now: number;
}

/** The way to take footage along. */
export function ExportButton({ cameras, camera, moment, day, now }: ExportButtonProps) {
  const [open, setOpen] = useState(false);
  const first = camera ?? moment?.camera?.id ?? cameras[0]?.id;
  if (first === undefined) return null;
  return (
    <div class="export-open">
      <button type="button" class="quiet" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {words.exports.open}
      </button>
      {open && (
        <ExportDialog
          cameras={cameras}
          first={first}
          moment={moment?.camera?.id === first ? moment : undefined}
          day={day}
          now={now}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}
