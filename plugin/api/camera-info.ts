import type { CameraInfo } from '../../protocol/api.ts';
import type { Camera } from '../camera/contract.ts';
import { notFound } from './problems.ts';

export function cameraInfo({ ref, kind, state }: Camera): CameraInfo {
  return { ...ref, kind, ...state };
}

/**
 * The camera with this id or slug.
 * @throws HttpProblem 404
 */
export function findCamera(cameras: readonly Camera[], idOrSlug: string): Camera {
  const found =
    cameras.find(({ ref }) => ref.id === idOrSlug) ?? cameras.find(({ ref }) => ref.slug === idOrSlug);
  if (!found) throw notFound('There is no camera with this id or slug.', 'List the cameras.');
  return found;
}
