/** By what somebody who draws areas finds out that somebody else has drawn meanwhile. */
import { createHash } from 'node:crypto';
import type { Zones } from '../../protocol/detection.ts';

/** 16 letters; the same for the same areas, whoever drew them. */
export function zonesVersion({ doorstep, motion, ignore, privacy }: Zones): string {
  const text = JSON.stringify([doorstep, motion, ignore, privacy]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
