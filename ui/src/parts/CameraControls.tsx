import { useEffect } from 'preact/hooks';
import type { CameraInfo } from '../../../protocol/api.ts';
import { useHub } from '../hub-context.tsx';
import { words } from '../words/en.ts';
import { sinceWords, timeStyle } from '../words/time-words.ts';
import { SwitchRow } from './SwitchRow.tsx';

/** Switches in the Home app, and what HomeKit makes of the camera, are told by no event. */
const REFRESH_MS = 10_000;

const say = words.camera;
const style = timeStyle(navigator.language);

/** What the household switches at a camera, and how HomeKit Secure Video stands. */
export function CameraControls({ camera }: { camera: CameraInfo }) {
  const { act, refresh } = useHub();

  useEffect(() => {
    void refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void refresh();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);

  return (
    <section class="controls" aria-label={say.switches}>
      <SwitchRow
        label={say.privacy}
        hint={say.privacyHint}
        on={camera.privacy}
        onSwitch={(on) => act(camera.id, on ? 'privacy-on' : 'privacy-off')}
      />
      <SwitchRow
        label={say.detection}
        hint={
          camera.snoozedUntil === undefined
            ? say.detectionHint
            : say.restsUntil(sinceWords(camera.snoozedUntil, Date.now(), style))
        }
        on={camera.armed}
        onSwitch={(on) => act(camera.id, on ? 'arm' : 'disarm')}
      />
      {camera.secureVideo && (
        <p class="control-line">
          {say.secureVideo}
          <small>{camera.secureVideo.line}</small>
        </p>
      )}
    </section>
  );
}
