/** The state machine of a share, as a pure function: what is so, what is done and when it is give what is so then, or a refusal. */
import { type Act, FROM, MAY, OPEN } from './act.ts';
import type { Moment } from './moment.ts';
import type { Policy } from './policy.ts';
import type { Refused, Share, Step } from './share.ts';
import { expire, recalled, release, restart, revoke, sendFailed, sent } from './step-after.ts';
import { approve } from './step-approve.ts';
import { cancel, decline, describe, propose, render, rendered, renderFailed } from './step-before.ts';

/** Acts that a share is never too old for. */
const TIMELESS: readonly Act['type'][] = ['cancel', 'decline', 'expire', 'restart'];

/** @param share undefined for `propose` alone */
export function step(share: Share | undefined, act: Act, now: Moment, policy: Policy): Step | Refused {
  // An act that came from outside may be called anything.
  if (!Object.hasOwn(MAY, act.type) || !MAY[act.type].includes(act.by.kind)) return { refusal: 'not-yours' };
  if (act.type === 'propose') return share ? { refusal: 'wrong-state' } : propose(act, now, policy);
  if (!share) return { refusal: 'no-such-share' };
  if (!FROM[act.type].includes(share.state)) return { refusal: 'wrong-state' };
  const late = OPEN.includes(share.state) && now.wall >= share.expiresAt;
  if (late && !TIMELESS.includes(act.type)) return { refusal: 'expired' };
  switch (act.type) {
    case 'describe':
      return describe(share, act, now, policy);
    case 'render':
      return render(share, act, now, policy);
    case 'rendered':
      return rendered(share, act, now);
    case 'renderFailed':
      return renderFailed(share, act, now);
    case 'approve':
      return approve(share, act, now, policy);
    case 'release':
      return release(share, act, now, policy);
    case 'sent':
      return sent(share, act, now);
    case 'sendFailed':
      return sendFailed(share, act, now);
    case 'cancel':
      return cancel(share, act, now);
    case 'decline':
      return decline(share, act, now);
    case 'revoke':
      return revoke(share, act, now);
    case 'recalled':
      return recalled(share, act, now);
    case 'expire':
      return expire(share, act, now);
    case 'restart':
      return restart(share, act, now, policy);
  }
}
