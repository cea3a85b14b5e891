import { useEffect, useState } from 'preact/hooks';
import type { CameraInfo } from '../../../protocol/api.ts';
import { useHub } from '../hub-context.tsx';
import { LivePicture } from '../live/LivePicture.tsx';
import { hrefOf } from '../route.ts';
import { words } from '../words/en.ts';
import { Icon } from './Icon.tsx';

const RING_SHOWN = 30_000;

/** One camera on Home; a tap opens its page. It glows while its bell has just rung. */
export function CameraTile({ camera }: { camera: CameraInfo }) {
  const ringing = useRinging(camera.id);
  return (
    <article class="tile" data-ringing={ringing || undefined}>
      <a
        class="tile-link"
        href={hrefOf({ page: 'camera', slug: camera.slug })}
        aria-label={words.live.openCamera(camera.name)}
      >
        <LivePicture camera={camera}>
          <h2 class="picture-head">{camera.name}</h2>
          {!camera.armed && !camera.privacy && <span class="chip chip-quiet">{words.live.onlyPresses}</span>}
          {ringing && (
            <span class="chip chip-ring">
              <Icon name="doorbell" /> {words.home.rang}
            </span>
          )}
        </LivePicture>
      </a>
    </article>
  );
}

function useRinging(cameraId: string): boolean {
  const { onEvent } = useHub();
  const [ringing, setRinging] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onEvent((event) => {
      if (event.kind !== 'doorbell' || event.camera?.id !== cameraId) return;
      const left = RING_SHOWN - (Date.now() - event.at);
      if (left <= 0) return;
      setRinging(true);
      clearTimeout(timer);
      timer = setTimeout(() => setRinging(false), left);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [onEvent, cameraId]);
  return ringing;
}
