import type { ClipInfo } from '../../../protocol/api.ts';
import { useHub } from '../hub-context.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { useOrder } from '../use-order.ts';
import { words } from '../words/en.ts';

export interface PinButtonProps {
  id: string;
  keep: ClipInfo['keep'];
  onClip(clip: ClipInfo): void;
}

/** Has retention pass a clip over, or no longer. */
export function PinButton({ id, keep, onClip }: PinButtonProps) {
  const { client } = useHub();
  const pin = useOrder(() => client.pin(id, keep === undefined), onClip);
  const { held, kept, keepMore } = words.clip;
  const label = keep === 'held' ? held : keep ? kept : keepMore;
  return (
    <>
      {pin.problem && (
        <span class="pin-problem" role="alert">
          {pin.problem.what}
        </span>
      )}
      <IconButton
        icon="keep"
        label={label}
        pressed={keep !== undefined}
        disabled={keep === 'held' || pin.busy}
        onClick={pin.give}
      />
    </>
  );
}
