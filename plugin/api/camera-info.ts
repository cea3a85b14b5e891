import type { CameraInfo } from '../../protocol/api.ts';
import type { Camera } from '../camera/contract.ts';
import type { HubServices } from './contract.ts';
import { HttpProblem } from './problems.ts';

export function cameraInfo(
  hub: Pick<HubServices, 'about'>,
  { ref, kind, state, talkVia }: Camera,
): CameraInfo {
  return { ...ref, kind, ...state, ...hub.about(ref.id), ...(talkVia && { talk: talkVia }) };
}

/** The camera with this id, else the one with this slug. */
export function cameraCalled(cameras: readonly Camera[], idOrSlug: string): Camera | undefined {
  return cameras.find(({ ref }) => ref.id === idOrSlug) ?? cameras.find(({ ref }) => ref.slug === idOrSlug);
}

/**
 * The same, for a request that is about one.
 * @throws HttpProblem 404
 */
export function findCamera(cameras: readonly Camera[], idOrSlug: string): Camera {
  const found = cameraCalled(cameras, idOrSlug);
  if (!found)
    throw new HttpProblem(404, {
      code: 'no-such-camera',
      what: 'There is no camera with this id or slug.',
      cure: 'List the cameras.',
    });
  return found;
}
