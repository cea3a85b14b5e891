/** Decides whether a message is worth an alert now. */
import { type QuietHours, quietUntil } from './quiet-hours.ts';
import { fieldOf } from './read-message.ts';

export interface AlertRules {
  quiet: QuietHours | undefined;
  /** 0 for none. */
  cooldownMs: number;
  /** Kinds (`doorbell`) and phases (`package/removed`) that neither quiet hours, nor presence, nor cooldown hold. */
  always: readonly string[];
  /** Whether events are held that were missed while there was no connection. */
  holdReplayed: boolean;
  /** Whether what was set off by hand passes, whatever the hour, and leaves no cooldown behind. */
  testsPass: boolean;
}

/** What is known of a message. */
export interface AlertFacts extends AlertSubject {
  /** Epoch ms. */
  now: number;
  /** Whether somebody is home; undefined where nobody asks or nobody knows, which holds nothing. */
  home: boolean | undefined;
  /** Epoch ms at which the last alert of this camera and kind passed. */
  passedAt: number | undefined;
}

export interface AlertSubject {
  /** `front-door/motion`: what shares a cooldown. */
  line: string;
  kind: string;
  /** `package/removed` */
  phase: string;
  replay: boolean;
  test: boolean;
}

export const HELD_REASONS = ['missed', 'quiet', 'home', 'cooldown'] as const;
export type HeldReason = (typeof HELD_REASONS)[number];

/** `until`: epoch ms from which on this reason is none, where that is known. */
export type AlertDecision =
  | { pass: true; startsCooldown: boolean }
  | { pass: false; reason: HeldReason; until?: number };

export function decideAlert(rules: AlertRules, facts: AlertFacts): AlertDecision {
  const { now, kind, phase } = facts;
  if (facts.test && rules.testsPass) return { pass: true, startsCooldown: false };
  // What is old is no alert, whatever it is.
  if (facts.replay && rules.holdReplayed) return { pass: false, reason: 'missed' };
  if (rules.always.includes(kind) || rules.always.includes(phase))
    return { pass: true, startsCooldown: true };
  const until = rules.quiet && quietUntil(rules.quiet, now);
  if (until !== undefined) return { pass: false, reason: 'quiet', until };
  if (facts.home) return { pass: false, reason: 'home' };
  const rested = cooldownUntil(rules, facts);
  if (rested !== undefined) return { pass: false, reason: 'cooldown', until: rested };
  return { pass: true, startsCooldown: true };
}

/** Whether it makes a difference who is home; what always passes, or is held anyway, waits for no answer. */
export function homeMatters(rules: AlertRules, subject: AlertSubject, now: number): boolean {
  const decision = decideAlert(rules, { ...subject, now, home: true, passedAt: undefined });
  return !decision.pass && decision.reason === 'home';
}

/** A pass that lies in the future was before the clock was set back: it holds nothing. */
function cooldownUntil({ cooldownMs }: AlertRules, { now, passedAt }: AlertFacts): number | undefined {
  if (passedAt === undefined || passedAt > now || now >= passedAt + cooldownMs) return undefined;
  return passedAt + cooldownMs;
}

/** What a message is about: its event, else its topic (`front-door/motion/start`). Whatever stands there, it never throws. */
export function alertSubject({ event, topic }: Record<string, unknown>): AlertSubject {
  const kind = textIn(event, 'kind');
  if (kind) {
    const id = textIn(fieldOf(event, 'camera'), 'id') || 'hub';
    return {
      ...{ line: `${id}/${kind}`, kind, phase: `${kind}/${textIn(event, 'phase')}` },
      ...{ replay: fieldOf(event, 'replay') === true, test: fieldOf(event, 'test') === true },
    };
  }
  const text = typeof topic === 'string' ? topic : '';
  const [camera, named = '', step, ...more] = text.split('/');
  if (step === undefined || more.length > 0)
    return { line: text, kind: '', phase: '', replay: false, test: false };
  return {
    ...{ line: `${camera}/${named}`, kind: named, phase: `${named}/${step}` },
    ...{ replay: false, test: false },
  };
}

function textIn(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  return typeof text === 'string' ? text : '';
}
