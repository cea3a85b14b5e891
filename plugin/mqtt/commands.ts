/**
 * What may be ordered over MQTT, where the owner allows it. The whole list: nothing by MQTT shares footage, proposes to, or lets anybody
 * look (RED-LINES.md). Pure.
 */
import { type ActionDetails, type CameraAction, SNOOZE_MINUTES } from '../../protocol/api.ts';

export interface Command extends ActionDetails {
  action: CameraAction;
}

/** By name, what `ON` and `OFF` do. */
const SWITCHES: Record<string, Record<string, CameraAction>> = {
  armed: { ON: 'arm', OFF: 'disarm' },
  privacy: { ON: 'privacy-on', OFF: 'privacy-off' },
};

/** Done by whatever message, an empty one too. */
const BUTTONS: readonly CameraAction[] = ['packages-collected', 'removal-explained', 'door-opened'];

/** All names that stand at the end of a command's topic. */
export const COMMANDS: readonly string[] = [...Object.keys(SWITCHES), ...BUTTONS, 'snooze'];

/** What a message orders; undefined where it is none of what may be ordered. `snooze` takes minutes, or nothing for the default. */
export function commandOf(name: string, payload: string): Command | undefined {
  const said = payload.trim();
  if (name === 'snooze') return snooze(said);
  const action = Object.hasOwn(SWITCHES, name)
    ? SWITCHES[name]?.[said.toUpperCase()]
    : BUTTONS.find((each) => each === name);
  return action && { action };
}

function snooze(said: string): Command | undefined {
  if (said === '' || said === PRESS) return { action: 'snooze' };
  const minutes = /^\d{1,5}$/.test(said) ? Number(said) : 0;
  const { min, max } = SNOOZE_MINUTES;
  return minutes >= min && minutes <= max ? { action: 'snooze', minutes } : undefined;
}

/** What a button of Home Assistant says. */
export const PRESS = 'PRESS';
