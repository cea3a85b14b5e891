import { type AlertRules, alertSubject, decideAlert, homeMatters } from './lib/alert-decision.ts';
import { Cooldowns } from './lib/cooldowns.ts';
import { inTurn } from './lib/in-turn.ts';
import type { NodeConfig, NodeRed } from './lib/node-red.ts';
import { readQuietHours } from './lib/quiet-hours.ts';
import { registerNode } from './lib/register-node.ts';
import { eventStatus } from './lib/status.ts';
import { clockTime, textsOf } from './lib/texts.ts';
import { type PresenceSettings, WhoIsHome } from './lib/who-is-home.ts';

interface AlertConfig extends NodeConfig, PresenceSettings {
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
    const whoIsHome = new WhoIsHome({ RED, node, settings: config, signal: closing.signal });
    const cooldowns = new Cooldowns(rules.cooldownMs);

    const answer = (message: Message, { now, home }: { now: number; home: boolean | undefined }): Outputs => {
      if (message.reset !== undefined) {
        cooldowns.clear();
        node.status({});
        return [null, null];
      }
      const subject = alertSubject(message);
      const passedAt = cooldowns.passedAt(subject.line);
      const decision = decideAlert(rules, { ...subject, now, home, passedAt });
      if (decision.pass) {
        if (decision.startsCooldown) cooldowns.pass(subject.line, now);
        node.status(eventStatus(texts('status.passed', { time: clockTime(now) })));
        return [message, null];
      }
      const { reason, until } = decision;
      node.status({ fill: 'grey', shape: 'ring', text: texts(`status.held-${reason}`) });
      return [null, { ...message, held: { reason, ...(until !== undefined && { until }) } }];
    };

    const oneByOne = inTurn();
    node.on('input', (message, send, done) => {
      const now = Date.now();
      const matters = message.reset === undefined && homeMatters(rules, alertSubject(message), now);
      // Asked for all at once, decided in the order in which they came: one may pass or not because of the one before.
      const asked = matters ? whoIsHome.ask(message) : undefined;
      oneByOne(async () => {
        const home = await asked;
        if (!closing.signal.aborted) send(answer(message, { now, home }));
      }).then(
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
