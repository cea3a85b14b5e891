import { expect, test } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { ledgerAfter, parseLedger } from './package-restore.ts';

const START = 1_790_000_000_000;

test.each(['', 'null', '{"seq":1}', '{"seq":1,"ledger":{"here":[{"id":1}],"changes":[],"signals":[]}}'])(
  '%j is no ledger',
  (text) => expect(parseLedger(text)).toBeUndefined(),
);

test('a journal of former versions, which counted packages under one id', () => {
  const facts = (count: number, more = {}) => ({ id: 'p', count, deliveredAt: START, ...more });
  const event = (id: string, phase: DoorstepEvent['phase'], more: object) =>
    ({ id, phase, at: START, detectedAt: START, package: more }) as DoorstepEvent;
  const two = [event('a', 'delivered', facts(1)), event('b', 'delivered', facts(2))];
  expect(ledgerAfter(two).here).toMatchObject([{ id: 'p', count: 2 }]);
  expect(ledgerAfter([...two, event('c', 'removed', facts(2))]).here).toEqual([]);
  expect(ledgerAfter([...two, event('c', 'corrected', facts(0))]).here).toEqual([]);
});
