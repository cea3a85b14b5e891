/** What a message asks the hub to do. */
import { CAMERA_ACTIONS, TRIGGER_KINDS } from '../../protocol/api.ts';
import type { HubRequest } from './hub-request.ts';

/** What can be said of the whole household. */
const HOUSEHOLD_ACTIONS = ['home', 'away'] as const;

export const CONTROL_ACTIONS = [...TRIGGER_KINDS, ...CAMERA_ACTIONS, ...HOUSEHOLD_ACTIONS] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

export interface ControlSettings {
  /** A fixed action, or `msg`: that of `msg.action`, else of `msg.payload`. */
  action?: unknown;
  /** Id of a camera; empty: that of the message. */
  camera?: unknown;
}

export interface ControlOrder extends HubRequest {
  action: ControlAction;
}

/** The order, or the key of the words that say what is missing. */
export function controlOrder(
  settings: ControlSettings,
  message: Record<string, unknown>,
): ControlOrder | { missing: 'no-action' | 'no-camera' } {
  const wanted = settings.action === 'msg' ? (message.action ?? message.payload) : settings.action;
  const action = CONTROL_ACTIONS.find((known) => known === wanted);
  if (!action) return { missing: 'no-action' };
  const home = HOUSEHOLD_ACTIONS.find((known) => known === action);
  if (home) return { action, method: 'PUT', path: '/household', body: { home } };
  const camera = cameraOf(settings.camera) ?? cameraOf(message.camera) ?? cameraOf(eventCamera(message));
  if (!camera) return { missing: 'no-camera' };
  const path = `/cameras/${encodeURIComponent(camera)}`;
  const kind = TRIGGER_KINDS.find((known) => known === action);
  return kind
    ? { action, method: 'POST', path: `${path}/trigger`, body: { kind } }
    : { action, method: 'POST', path: `${path}/actions`, body: { action } };
}

/** An id or a slug, or the `camera` of an event. */
function cameraOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return cameraOf(value.id);
}

function eventCamera({ event }: Record<string, unknown>): unknown {
  return typeof event === 'object' && event !== null && 'camera' in event ? event.camera : undefined;
}
