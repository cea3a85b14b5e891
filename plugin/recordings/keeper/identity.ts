/** The marker of a target, `.doorstep.json` at its root: what tells the right place from an empty mount point and from another NAS. */

import { IDENTITY_FILE } from '../layout.ts';
import { TargetError, type TargetFacts } from './contract.ts';

/** Content of a marker. `now` is epoch ms. */
export function makeMarker(id: string, now: number): string {
  return `${JSON.stringify({ doorstep: 1, id, createdAt: now })}\n`;
}

/** The id in a marker; undefined when this is none. */
export function readMarker(text: string): string | undefined {
  try {
    const marker: { doorstep?: unknown; id?: unknown } | null = JSON.parse(text);
    if (marker?.doorstep !== 1 || typeof marker.id !== 'string') return undefined;
    return /^[\w-]{1,64}$/.test(marker.id) ? marker.id : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Throws a `TargetError` unless the place has the marker that it should have.
 *
 * @param where the place in words, such as its path
 * @param text content of its marker; undefined where there is none
 * @returns the id
 */
export function checkMarker(
  where: string,
  text: string | undefined,
  known: Pick<TargetFacts, 'id'> | undefined,
): string {
  if (text === undefined)
    throw new TargetError('no-marker', `${where} has no ${IDENTITY_FILE}: nobody set it up.`);
  const id = readMarker(text);
  if (id === undefined) {
    throw new TargetError('no-marker', `${IDENTITY_FILE} in ${where} is not a marker of Doorstep.`);
  }
  if (known && known.id !== id) {
    throw new TargetError(
      'other',
      `${where} is another place than the one that was set up: its marker is ${id}, not ${known.id}.`,
    );
  }
  return id;
}
