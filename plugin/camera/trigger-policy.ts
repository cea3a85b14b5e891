/** Decides whether something that is said to happen at a camera becomes an event. */
import type { Problem } from '../../protocol/api.ts';
import type { SwitchState } from './switches.ts';

/** What a camera, webhook, MQTT message, flow or person may say. */
export type Happening = 'ring' | 'motion' | 'person' | 'package';

/**
 * Undefined when it does, else why not. Privacy mode stops all events of a camera, presses too: whoever switches it on is to be
 * sure that nothing leaves it. Detection switched off stops what it sees; a press is no sight.
 */
export function refuseTrigger(
  happening: Happening,
  { privacy, armed }: SwitchState,
  cameraName: string,
): Problem | undefined {
  if (privacy) return privacyOn(cameraName);
  if (armed || happening === 'ring') return undefined;
  return {
    code: 'detection-off',
    what: `Detection of ${cameraName} is switched off, so only a press makes an event.`,
    cure: 'Switch detection on in the Home app or in the web app.',
  };
}

/** Why a camera in privacy mode gives and does nothing. */
export function privacyOn(cameraName: string): Problem {
  return {
    code: 'privacy-on',
    what: `${cameraName} is in privacy mode: it gives no picture, no sound and no event.`,
    cure: 'Switch privacy off in the Home app or in the web app.',
  };
}
