import { useEffect, useState } from 'preact/hooks';
import { useHub } from '../hub-context.tsx';
import { words } from '../words/en.ts';

/** Tells screen readers, politely, when the bell rings. */
export function RingAnnouncer() {
  const { onEvent } = useHub();
  const [said, setSaid] = useState('');
  useEffect(
    () =>
      onEvent((event) => {
        if (event.kind === 'doorbell' && !event.replay) {
          setSaid(`${words.moments.ring}: ${event.camera?.name ?? ''}`);
        }
      }),
    [onEvent],
  );
  return (
    <p class="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
