import type { RecipientClass, ShareRefusal } from '../../../protocol/sharing.ts';
import type { Channel, Cut } from '../contract.ts';
import type { Moment } from './moment.ts';
import type { Policy } from './policy.ts';
import type { KeptRecipient } from './share.ts';

/** Why nothing may go to a recipient now; undefined where it may. */
export function refuseRecipient(recipient: KeptRecipient | undefined, now: Moment): ShareRefusal | undefined {
  if (!recipient || recipient.removedAt !== undefined) return 'recipient-not-approved';
  if (recipient.expiresAt !== undefined && now.wall >= recipient.expiresAt) return 'recipient-expired';
  // The running time says the same, unless somebody set the clock forward.
  if (now.wall < recipient.usableFrom || now.ran < recipient.usableRan) return 'recipient-not-approved';
  return undefined;
}

/** Why this part of a clip may not go to a recipient; undefined where it may. */
export function refuseCut(
  { cameras, maxClipMs, class: to }: KeptRecipient,
  { camera, from, to: end }: Cut,
  { longestClipMs }: Pick<Policy, 'longestClipMs'>,
): ShareRefusal | undefined {
  if (cameras.length > 0 && !cameras.includes(camera.id)) return 'camera-not-allowed';
  const length = end - from;
  return length > 0 && length <= Math.min(maxClipMs, longestClipMs[to]) ? undefined : 'media-not-allowed';
}

/** Whether a file as recorded may ever go there. To a community or into a room: never. */
export function mayGetOriginal(to: RecipientClass, channel: Channel): boolean {
  return to !== 'community' && channel !== 'matrix';
}

/** How many different people approve. */
export function approvalsNeeded(
  to: RecipientClass,
  kind: 'redacted' | 'original',
  { twoPersons }: Pick<Policy, 'twoPersons'>,
): 1 | 2 {
  return twoPersons || (kind === 'original' && to !== 'police') ? 2 : 1;
}

/**
 * Whether what was sent can be taken back: `link` dies, in a room others are `asked` to remove it, the rest cannot be. The page says so
 * before anything is approved.
 */
export const RECALL: Record<Channel, 'link' | 'asked' | 'no'> = {
  package: 'no',
  email: 'no',
  webhook: 'no',
  webdav: 'link',
  matrix: 'asked',
};

/** When a new entry may be used, by the gate's running time. A package is handed over in person: its recipient waits for nothing. */
export function usableRan(channel: Channel, now: Moment, { waitMs }: Pick<Policy, 'waitMs'>): number {
  return channel === 'package' ? now.ran : now.ran + waitMs;
}
