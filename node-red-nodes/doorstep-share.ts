import type { ShareDryRun, ShareGate, ShareInfo, ShareRefusal } from '../protocol/sharing.ts';
import { SHARE_REFUSALS } from '../protocol/sharing.ts';
import { AskError, type Asking, type Message, startAskNode } from './lib/ask-node.ts';
import { NodeError } from './lib/node-error.ts';
import type { NodeConfig, NodeRed } from './lib/node-red.ts';
import { registerNode } from './lib/register-node.ts';
import {
  dryRunReport,
  type NotShared,
  recipientOf,
  refusalReason,
  reportOf,
  type ShareReport,
  type ShareSettings,
  type ShareWish,
  shareRequest,
  shareWish,
} from './lib/share-proposal.ts';
import { shareGateRoute } from './lib/share-route.ts';
import { shareStatus } from './lib/share-status.ts';
import { ShareWatch } from './lib/share-watch.ts';
import { textsOf } from './lib/texts.ts';

interface ShareConfig extends NodeConfig, ShareSettings {
  server?: string;
}

/**
 * Proposes to share one recording with somebody whom the owner has approved. The hub decides, the owner releases, the hub sends: the node has no
 * recipients, secrets, addresses or switches of its own.
 */
export default function share(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-share');
  shareGateRoute(RED);

  registerNode<ShareConfig>(RED, 'doorstep-share', (node, config) => {
    const watch = new ShareWatch<Message>({
      look: (id) => lookAt(id, asked.asking),
      tell(info, about) {
        const report = reportOf(info);
        asked.asking?.show(shareStatus(report, texts));
        asked.asking?.send(outputsOf(RED.util.cloneMessage(about), report));
      },
    });
    const asked = startAskNode({
      ...{ RED, node, server: config.server, scope: 'share:request' },
      async answer(message, asking) {
        const wish = shareWish(config, message);
        if ('missing' in wish) throw new NodeError('EINVAL', texts(`fault.${wish.missing}`));
        const { report, info } = await propose(wish, asking);
        if (info) watch.follow(info, RED.util.cloneMessage(withoutPayload(message)));
        return { outputs: outputsOf(message, report), badge: shareStatus(report, texts) };
      },
      onEvent: ({ kind }) => {
        if (kind === 'share') watch.lookNow();
      },
      onClose: () => watch.close(),
    });
  });
}

/** First output: shared, or about to be. Second: not, or not yet. */
function outputsOf(message: Message, report: ShareReport): [Message | null, Message | null] {
  const told = { ...message, share: report };
  return report.state ? [told, null] : [null, told];
}

/** What is kept until the owner has answered is small; and a copy, as the flow goes on with the message. */
function withoutPayload({ payload: _, ...rest }: Message): Message {
  return rest;
}

interface Proposed {
  report: ShareReport;
  /** What the hub keeps of it. */
  info?: ShareInfo;
}

/** Asks the gate each time: what it said a moment ago may have been revoked. */
async function propose(wish: ShareWish, asking: Asking): Promise<Proposed> {
  const at = Date.now();
  const notShared = (reason: NotShared): Proposed => ({ report: { reason, at } });
  try {
    const gate = (await asking.ask({ method: 'GET', path: '/shares/gate' })) as ShareGate;
    const listed = recipientOf(gate, wish.recipientId);
    const recipient = listed && { id: listed.id, name: listed.name, class: listed.class };
    if (wish.dryRun && !listed)
      return { report: dryRunReport({ refusal: 'recipient-not-approved' }, undefined, at) };
    if (!listed) return notShared('recipient_not_approved');
    if (wish.dryRun) {
      const trial = (await asking.ask(shareRequest(wish))) as ShareDryRun;
      return { report: dryRunReport(trial, recipient, at) };
    }
    if (listed.refusal) return notShared(refusalReason(listed.refusal));
    const info = (await asking.ask(shareRequest(wish))) as ShareInfo;
    return { report: reportOf(info), info };
  } catch (error) {
    const reason = reasonOf(error);
    if (!reason) throw error;
    return notShared(reason);
  }
}

/** Refusals of the hub are answers; what is left is a fault. */
function reasonOf(error: unknown): NotShared | undefined {
  if (!(error instanceof AskError)) return undefined;
  const { code, problem } = error.fault;
  // Without sharing, the hub has no such routes.
  if (code === 'nothing-there') return 'disabled';
  if (code === 'not-permitted') return 'scope_missing';
  const refusal: ShareRefusal | undefined = SHARE_REFUSALS.find((known) => known === problem);
  return refusal && refusalReason(refusal);
}

async function lookAt(id: string, asking: Asking | undefined): Promise<ShareInfo | 'gone' | undefined> {
  try {
    const path = `/shares/${encodeURIComponent(id)}`;
    return (await asking?.ask({ method: 'GET', path })) as ShareInfo | undefined;
  } catch (error) {
    return error instanceof AskError && error.fault.code === 'nothing-there' ? 'gone' : undefined;
  }
}
