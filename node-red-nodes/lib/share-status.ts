import type { NodeStatus } from './node-red.ts';
import type { ShareReport } from './share-proposal.ts';
import { clockTime, type Texts } from './texts.ts';

/** Badge of what became of a proposal. */
export function shareStatus({ state, reason, at }: ShareReport, texts: Texts): NodeStatus {
  if (state) return { fill: 'green', shape: 'dot', text: texts(`status.${state}`, { time: clockTime(at) }) };
  switch (reason) {
    case 'disabled':
      return { fill: 'grey', shape: 'ring', text: texts('status.off') };
    case 'scope_missing':
      return { fill: 'grey', shape: 'ring', text: texts('status.no-scope') };
    case 'recipient_not_approved':
    case 'recipient_expired':
      return { fill: 'grey', shape: 'ring', text: texts('status.not-approved') };
    case 'pending':
      return { fill: 'yellow', shape: 'ring', text: texts('status.asking') };
    case 'owner_denied':
      return { fill: 'red', shape: 'ring', text: texts('status.denied') };
    case 'dry_run':
      return { fill: 'grey', shape: 'ring', text: texts('status.dry-run') };
    default:
      return { fill: 'grey', shape: 'ring', text: texts('status.not-shared') };
  }
}
