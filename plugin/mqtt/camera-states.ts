/** What a broker keeps of each camera: whether something moves there, whether somebody is there, what lies on the doorstep. Pure. */
import type { CameraInfo } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';

/** One retained message below `doorstep/<slug>/`. */
export interface CameraState {
  topic: 'motion' | 'person' | 'packages' | 'online';
  payload: string;
}

type Camera = Pick<CameraInfo, 'online' | 'packages'>;
/** What an event of kind `motion` says of who is there. */
export type Motion = Pick<DoorstepEvent, 'phase' | 'label'>;

const onOff = (on: boolean) => (on ? 'ON' : 'OFF');

/** What lies there: `{"count":1,"since":1790000000000}`, epoch ms of the oldest; `{"count":0}` for nothing. */
export function packagesState({ packages: here }: Pick<Camera, 'packages'>): CameraState {
  const count = here.reduce((sum, { count }) => sum + count, 0);
  const since = Math.min(...here.map(({ deliveredAt }) => deliveredAt));
  return { topic: 'packages', payload: JSON.stringify({ count, ...(count > 0 && { since }) }) };
}

function motionStates({ phase, label }: Motion): CameraState[] {
  const moving = phase !== 'end';
  return [
    { topic: 'motion', payload: onOff(moving) },
    { topic: 'person', payload: onOff(moving && label === 'person') },
  ];
}

/** All of it; without a `motion`, the last one that was told of, nothing is going on. */
export function statesNow(camera: Camera, motion: Motion = { phase: 'end' }): CameraState[] {
  return [{ topic: 'online', payload: onOff(camera.online) }, ...motionStates(motion), packagesState(camera)];
}

/** Whether nobody can say any more, after this event, what moves there: whoever was there when a camera went away may be gone long since. */
export function endsMotion({ kind, phase }: Pick<DoorstepEvent, 'kind' | 'phase'>): boolean {
  return kind === 'camera' && phase !== 'online' && phase !== 'privacy-off';
}

/** What an event changes. */
export function statesAfter(
  event: Pick<DoorstepEvent, 'kind' | 'phase' | 'label'>,
  camera: Camera,
): CameraState[] {
  switch (event.kind) {
    case 'motion':
      return motionStates(event);
    case 'package':
      return [packagesState(camera)];
    case 'camera':
      return endsMotion(event) ? statesNow(camera) : [{ topic: 'online', payload: onOff(camera.online) }];
    default:
      return [];
  }
}
