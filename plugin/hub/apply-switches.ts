/** Makes a camera do what the household switched. */
import type { EventDraft } from '../../protocol/event.ts';
import type { Camera } from '../camera/contract.ts';
import type { OnvifCamera } from '../camera/onvif/contract.ts';
import type { CameraSwitches } from '../camera/switches.ts';
import type { CameraWatch } from '../detection/watch-camera.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';

export interface ApplySwitchesOptions {
  camera: Pick<Camera, 'ref' | 'setPrivacy'>;
  /** Undefined where it is not configured. */
  onvif: Pick<OnvifCamera, 'pause' | 'resume'> | undefined;
  switches: CameraSwitches;
  watch: Pick<CameraWatch, 'arm'>;
  publish(draft: EventDraft): void;
  clock: Clock;
  log: Log;
}

export interface AppliedSwitches extends Disposable {
  /** Resolves when the camera is as it is switched now. Rejects when it could not be brought there. */
  settled(): Promise<void>;
}

/**
 * Applies the switches at once and on each change, one change after the other. Motion in progress ends first; when nothing reads the
 * camera any more nor asks it by ONVIF, `privacy-on` is published, and `privacy-off` when it is read again. What was kept from before a
 * start is no news.
 */
export function applySwitches(options: ApplySwitchesOptions): AppliedSwitches {
  const { camera, onvif, switches, watch, publish, clock, log } = options;
  // A camera begins without privacy.
  let inForce = false;

  const turn = async (tell: boolean): Promise<void> => {
    // Switched to and fro meanwhile: only the last wish counts.
    const { privacy } = switches;
    if (privacy === inForce) return;
    // The address of its stream may have to be asked for.
    if (!privacy) onvif?.resume();
    await Promise.all([camera.setPrivacy(privacy), privacy && onvif?.pause()]);
    inForce = privacy;
    if (!tell) return;
    log.info(privacy ? 'Privacy mode is on.' : 'Privacy mode is off.');
    publish({
      kind: 'camera',
      phase: privacy ? 'privacy-on' : 'privacy-off',
      camera: camera.ref,
      at: clock.now(),
    });
  };
  const arm = () => watch.arm(switches.armed && !switches.privacy);
  const watched = (work: Promise<void>) => {
    work.catch((error) => log.error(`Privacy mode could not be switched: ${reason(error)}`));
    return work;
  };

  arm();
  // In this very turn of the event loop, before the camera is connected to.
  let working = watched(turn(false));
  const forget = switches.onChange(() => {
    arm();
    working = watched(working.catch(() => {}).then(() => turn(true)));
  });
  return {
    settled: () => working,
    [Symbol.dispose]: forget,
  };
}
