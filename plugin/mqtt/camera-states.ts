/** What a broker keeps of each camera: whether something moves there, whether somebody is there, what lies on the doorstep. Pure. */
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { ToldCamera } from './hub.ts';
import type { StateName } from './topics.ts';

/** One retained message of a camera. */
export interface CameraState {
  name: StateName;
  payload: string;
}

export type Camera = Pick<ToldCamera, 'online' | 'packages' | 'armed' | 'snoozedUntil' | 'privacy'>;
/** What an event of kind `motion` says of who is there. */
export type Motion = Pick<DoorstepEvent, 'phase' | 'label'>;

const onOff = (on: boolean) => (on ? 'ON' : 'OFF');

/** What lies there: `{"count":1,"since":1790000000000}`, epoch ms of the oldest; `{"count":0}` for nothing. */
function packagesState({ packages: here }: Pick<Camera, 'packages'>): string {
  const count = here.reduce((sum, { count }) => sum + count, 0);
  const since = Math.min(...here.map(({ deliveredAt }) => deliveredAt));
  return JSON.stringify({ count, ...(count > 0 && { since }) });
}

/** While detection rests: `{"until":1790000000000}`, epoch ms; else `{}`. */
function snoozeState({ snoozedUntil: until }: Pick<Camera, 'snoozedUntil'>): string {
  return JSON.stringify({ until });
}

/** Without a `motion`, the last one that was told of, nothing is going on. */
export function statesNow(camera: Camera, motion: Motion = { phase: 'end' }): CameraState[] {
  const moving = motion.phase !== 'end';
  return [
    { name: 'online', payload: onOff(camera.online) },
    { name: 'motion', payload: onOff(moving) },
    { name: 'person', payload: onOff(moving && motion.label === 'person') },
    { name: 'packages', payload: packagesState(camera) },
    { name: 'armed', payload: onOff(camera.armed) },
    { name: 'snooze', payload: snoozeState(camera) },
    { name: 'privacy', payload: onOff(camera.privacy) },
  ];
}

/** Whether nobody can say any more, after this event, what moves there: whoever was there when a camera went away may be gone long since. */
export function endsMotion({ kind, phase }: Pick<DoorstepEvent, 'kind' | 'phase'>): boolean {
  return kind === 'camera' && phase !== 'online' && phase !== 'privacy-off';
}
