import type { CameraState } from './contract.ts';

/**
 * Tells which states of a camera are worth an event: that it is lost, and that it is back. The first picture after a start is no news,
 * unless the camera had been missed until then.
 */
export function createCameraNews(): (
  state: Pick<CameraState, 'online' | 'problem'>,
) => 'online' | 'offline' | undefined {
  let online = false;
  let missed = false;
  return (state) => {
    const changed = state.online !== online;
    online = state.online;
    if (!state.online) missed ||= changed || state.problem !== undefined;
    if (!changed) return undefined;
    const news = state.online ? (missed ? 'online' : undefined) : 'offline';
    if (state.online) missed = false;
    return news;
  };
}
