import { RECIPIENT_CLASSES } from '../../../protocol/sharing.ts';
import { CHANNELS, type Recipient } from '../contract.ts';
import type { Moment } from './moment.ts';
import type { Policy } from './policy.ts';
import { isPlainLine } from './purpose.ts';
import { type AddressRefusal, refuseAddress } from './recipient-address.ts';
import { usableRan } from './recipient-rules.ts';
import type { KeptRecipient } from './share.ts';

/** As the owner writes it. An entry is never changed: another address is another recipient, and waits anew. */
export interface NewRecipient extends Pick<Recipient, 'name' | 'class' | 'channel' | 'address' | 'cameras'> {
  /** Default: as much as the class may get. */
  maxClipMs?: number;
  /** Epoch ms. */
  expiresAt?: number;
  /** Its address is in the house: http and private addresses will do. */
  lan?: boolean;
}

export type RecipientRefusal = AddressRefusal | 'name-unusable' | 'class-unusable' | 'limit-unusable';

const LONGEST_NAME = 80;

/** What is kept of it, or why it cannot be a recipient. */
export function newRecipient(
  id: string,
  written: NewRecipient,
  now: Moment,
  policy: Policy,
): KeptRecipient | { refusal: RecipientRefusal } {
  const { name, class: to, channel, address, cameras, expiresAt, lan = false } = written;
  if (!isPlainLine(name, LONGEST_NAME)) return { refusal: 'name-unusable' };
  if (!RECIPIENT_CLASSES.includes(to) || !CHANNELS.includes(channel)) return { refusal: 'class-unusable' };
  const refused = refuseAddress(channel, address, lan);
  if (refused) return { refusal: refused };
  const longest = policy.longestClipMs[to];
  const { maxClipMs = longest } = written;
  const ends = expiresAt === undefined || (Number.isSafeInteger(expiresAt) && expiresAt > now.wall);
  if (!ends || !Number.isSafeInteger(maxClipMs) || maxClipMs <= 0) return { refusal: 'limit-unusable' };
  const usable = usableRan(channel, now, policy);
  return {
    ...{ id, name, class: to, channel, address, lan, cameras: [...cameras] },
    ...{ maxClipMs: Math.min(maxClipMs, longest), addedAt: now.wall },
    ...{ usableRan: usable, usableFrom: now.wall + usable - now.ran },
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
