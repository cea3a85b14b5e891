import type { HouseholdInfo } from '../protocol/detection.ts';
import { type AlertRules, alertSubject, decideAlert } from './lib/alert-decision.ts';
import { findServer } from './lib/event-node.ts';
import { askHub } from './lib/hub-request.ts';
import { errorOfFault } from './lib/node-error.ts';
import type { NodeConfig, NodeRed, RedNode } from './lib/node-red.ts';
import { isHome } from './lib/presence.ts';
import { readQuietHours } from './lib/quiet-hours.ts';
import { registerNode } from './lib/register-node.ts';
import { eventStatus } from './lib/status.ts';
import { clockTime, textsOf } from './lib/texts.ts';
import { typedValue } from './lib/typed-value.ts';

interface AlertConfig extends NodeConfig {
  /** Only where the hub is asked who is home. */
  server?: string;
  /** `none`, `hub`, or where it stands: `msg`, `flow`, `global`, `env`, `jsonata`. */
  presenceType?: unknown;
  presence?: unknown;
  quiet?: boolean;
  quietFrom?: unknown;
  quietTo?: unknown;
  quietDays?: unknown;
  /** Seconds; a string when it comes from an environment variable. */
  cooldown?: number | string;
  always?: unknown;
  holdReplayed?: boolean;
  testsPass?: boolean;
}

type Message = Record<string, unknown>;
/** One for each output. */
type Outputs = [Message | null, Message | null];

/** Lets through what is worth an alert now (first output), and says of the rest why it is held (second output). */
export default function alert(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-alert');

  registerNode<AlertConfig>(RED, 'doorstep-alert', (node, config) => {
    const rules = readRules(config);
    const closing = new AbortController();
    /** By camera and kind, when the last one passed. */
    const passed = new Map<string, number>();

    const answer = (message: Message, { now, home }: { now: number; home: boolean | undefined }): Outputs => {
      if (message.reset !== undefined) {
        passed.clear();
        node.status({});
        return [null, null];
      }
      const subject = alertSubject(message);
      const decision = decideAlert(rules, { ...subject, now, home, passedAt: passed.get(subject.line) });
      if (decision.pass) {
        if (decision.startsCooldown) remember(passed, subject.line, { now, cooldownMs: rules.cooldownMs });
        node.status(eventStatus(texts('status.passed', { time: clockTime(now) })));
        return [message, null];
      }
      const { reason, until } = decision;
      node.status({ fill: 'grey', shape: 'ring', text: texts(`status.held-${reason}`) });
      return [null, { ...message, held: { reason, ...(until !== undefined && { until }) } }];
    };

    let before: Promise<unknown> = Promise.resolve();
    node.on('input', (message, send, done) => {
      const now = Date.now();
      // Asked for all at once, decided in the order in which they came: one may pass or not because of the one before.
      const asked = presence(RED, { node, config, message, signal: closing.signal });
      before = Promise.all([asked, before])
        .then(([home]) => {
          if (closing.signal.aborted) return;
          send(answer(message, { now, home }));
        })
        .then(
          () => done(),
          // `done` on each path, whatever fails.
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
    });
    node.on('close', (_removed, done) => {
      closing.abort();
      done();
    });
  });
}

function readRules(config: AlertConfig): AlertRules {
  return {
    quiet: config.quiet ? readQuietHours(config.quietFrom, config.quietTo, config.quietDays) : undefined,
    cooldownMs: Math.max(0, Number(config.cooldown) || 0) * 1000,
    always: Array.isArray(config.always) ? config.always.map(String) : [],
    holdReplayed: config.holdReplayed !== false,
    testsPass: config.testsPass !== false,
  };
}

interface PresenceQuestion {
  node: RedNode;
  config: AlertConfig;
  message: Message;
  signal: AbortSignal;
}

/** Undefined where nobody asks or nobody knows. A hub that does not answer costs no alert: it is said in the log. */
async function presence(
  RED: NodeRed,
  { node, config, message, signal }: PresenceQuestion,
): Promise<boolean | undefined> {
  const { presenceType: type, presence: value } = config;
  if (type === undefined || type === 'none') return undefined;
  if (type !== 'hub') return isHome(await typedValue({ RED, node }, { type, value }, message));
  const login = findServer(RED, config.server)?.deployed;
  const reply = login && (await askHub(login, { method: 'GET', path: '/household' }, signal));
  if (reply?.ok) return isHome((reply.body as HouseholdInfo).home);
  const fault = reply ? reply.fault : ({ code: 'no-server' } as const);
  if (!signal.aborted)
    node.warn(errorOfFault(fault, { login, scope: 'events', texts: textsOf(RED) }).message);
  return undefined;
}

/** What is over holds nothing any more, and topics can be many. */
function remember(
  passed: Map<string, number>,
  line: string,
  { now, cooldownMs }: { now: number; cooldownMs: number },
): void {
  for (const [other, at] of passed) if (at + cooldownMs <= now) passed.delete(other);
  if (cooldownMs > 0) passed.set(line, now);
}
