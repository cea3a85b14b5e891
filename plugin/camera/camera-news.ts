import type { CameraState } from './contract.ts';

export type CameraPhase = 'online' | 'offline' | 'privacy-on' | 'privacy-off';

/**
 * Tells which states of a camera are worth an event: that it is lost, that it is back, and that its privacy mode began or ended. The
 * first picture after a start or after privacy mode is no news, unless the camera had been missed until then.
 *
 * @param privacy whether it starts in privacy mode
 */
export function createCameraNews({
  privacy = false,
} = {}): (state: Pick<CameraState, 'online' | 'privacy' | 'problem'>) => CameraPhase | undefined {
  let before = { online: false, privacy };
  let missed = false;
  return ({ online, privacy, problem }) => {
    const { online: wasOnline, privacy: wasPrivate } = before;
    before = { online, privacy };
    if (privacy !== wasPrivate) {
      missed = false;
      return privacy ? 'privacy-on' : 'privacy-off';
    }
    if (!online) missed ||= online !== wasOnline || problem !== undefined;
    if (online === wasOnline) return undefined;
    const news = online ? (missed ? 'online' : undefined) : 'offline';
    if (online) missed = false;
    return news;
  };
}
