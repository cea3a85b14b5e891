/** What a message asks the hub to do. */
import { CAMERA_ACTIONS, type CameraAction, SNOOZE_MINUTES, TRIGGER_KINDS } from '../../protocol/api.ts';
import type { HubRequest } from './hub-request.ts';
import { fieldOf } from './read-message.ts';

/** What can be said of the whole household. */
const HOUSEHOLD_ACTIONS = ['home', 'away'] as const;
/** What can be done to a recording. */
const CLIP_ACTIONS = ['pin'] as const;

/** All that there is: no siren, no door opener, and nothing that lets footage out of the house. */
export const CONTROL_ACTIONS = [
  ...TRIGGER_KINDS,
  ...CAMERA_ACTIONS,
  ...HOUSEHOLD_ACTIONS,
  ...CLIP_ACTIONS,
] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** What an action is about. What it does not need may be missing, or anything. */
export interface ControlSubject {
  /** Id or slug. */
  camera: string | undefined;
  minutes: unknown;
  clip: string | undefined;
}

/** The key of the words that say what is missing. */
export interface Missing {
  missing: 'no-action' | 'no-camera' | 'no-minutes' | 'no-clip';
}

/** `chosen`: a fixed action, or `msg`: that of `msg.action`, else of `msg.payload`. */
export function controlAction(chosen: unknown, message: Record<string, unknown>): ControlAction | undefined {
  const wanted = chosen === 'msg' ? (message.action ?? message.payload) : chosen;
  return CONTROL_ACTIONS.find((known) => known === wanted);
}

/** What to ask of the hub, or what is missing. */
export function controlOrder(action: ControlAction, subject: ControlSubject): HubRequest | Missing {
  switch (action) {
    case 'home':
    case 'away':
      return { method: 'PUT', path: '/household', body: { home: action } };
    case 'pin':
      if (subject.clip === undefined) return { missing: 'no-clip' };
      return {
        method: 'POST',
        path: `/clips/${encodeURIComponent(subject.clip)}/pin`,
        body: { pinned: true },
      };
    default:
      return cameraOrder(action, subject);
  }
}

function cameraOrder(
  action: CameraAction | (typeof TRIGGER_KINDS)[number],
  { camera, minutes }: ControlSubject,
): HubRequest | Missing {
  if (camera === undefined) return { missing: 'no-camera' };
  const path = `/cameras/${encodeURIComponent(camera)}`;
  if (action === 'ring' || action === 'motion')
    return { method: 'POST', path: `${path}/trigger`, body: { kind: action } };
  if (action !== 'snooze') return { method: 'POST', path: `${path}/actions`, body: { action } };
  const whole = wholeMinutes(minutes);
  if (whole === undefined) return { missing: 'no-minutes' };
  return { method: 'POST', path: `${path}/actions`, body: { action, minutes: whole } };
}

/** Undefined where it is no number of minutes that a snooze may last. */
function wholeMinutes(value: unknown): number | undefined {
  const isText = typeof value === 'string' && value.trim() !== '';
  const minutes = typeof value === 'number' || isText ? Math.round(Number(value)) : Number.NaN;
  return minutes >= SNOOZE_MINUTES.min && minutes <= SNOOZE_MINUTES.max ? minutes : undefined;
}

/** Id of the recording that a message is about: `msg.clip` (id, or something with an `id`), else the clip of its event. */
export function clipOf({ clip, event }: Record<string, unknown>): string | undefined {
  return idOf(clip) ?? idOf(fieldOf(fieldOf(event, 'media'), 'clip'));
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim().slice(0, 64) || undefined;
  const id = fieldOf(value, 'id');
  return typeof id === 'string' ? idOf(id) : undefined;
}
