/** What a broker keeps of each camera: whether something moves there, whether somebody is there, what lies on the doorstep. Pure. */
import type { CameraInfo } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';

/** One retained message below `doorstep/<slug>/`. */
export interface CameraState {
  topic: 'motion' | 'person' | 'packages' | 'online';
  payload: string;
}

type Camera = Pick<CameraInfo, 'online' | 'packages'>;

const onOff = (on: boolean) => (on ? 'ON' : 'OFF');

/** What lies there: `{"count":1,"since":1790000000000}`, epoch ms of the oldest; `{"count":0}` for nothing. */
function packages({ packages: here }: Camera): CameraState {
  const count = here.reduce((sum, { count }) => sum + count, 0);
  const since = Math.min(...here.map(({ deliveredAt }) => deliveredAt));
  return { topic: 'packages', payload: JSON.stringify({ count, ...(count > 0 && { since }) }) };
}

/** All of it, while nothing is going on. */
export function statesAtRest(camera: Camera): CameraState[] {
  return [
    { topic: 'online', payload: onOff(camera.online) },
    { topic: 'motion', payload: onOff(false) },
    { topic: 'person', payload: onOff(false) },
    packages(camera),
  ];
}

/** What an event changes. */
export function statesAfter(
  event: Pick<DoorstepEvent, 'kind' | 'phase' | 'label'>,
  camera: Camera,
): CameraState[] {
  switch (event.kind) {
    case 'motion': {
      const moving = event.phase !== 'end';
      return [
        { topic: 'motion', payload: onOff(moving) },
        { topic: 'person', payload: onOff(moving && event.label === 'person') },
      ];
    }
    case 'package':
      return [packages(camera)];
    case 'camera':
      // Whoever was there when a camera went away may be gone long since.
      return event.phase === 'online' || event.phase === 'privacy-off'
        ? [{ topic: 'online', payload: onOff(camera.online) }]
        : statesAtRest(camera);
    default:
      return [];
  }
}
