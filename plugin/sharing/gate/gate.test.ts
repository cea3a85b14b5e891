import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  CLIP,
  DAY,
  FLOW,
  GateHouse,
  got,
  MINUTE,
  PIN,
  PURPOSE,
  RECIPIENTS,
  WAITS,
} from '../../../test/support/gate-house.ts';
import { POLICY } from './policy.ts';
import type { Actor } from './share.ts';

const begin = () => new GateHouse().begin();

test('one share, from proposal to delivery, with its record', async () => {
  await using house = await begin();
  const { id } = house.review(await house.recipient('police'));
  expect(got(await house.approve(id)).state).toBe('waiting');
  house.clock.advance(WAITS.police - 1);
  await house.gate.tick();
  expect([house.state(id), house.sent]).toEqual(['waiting', []]);
  house.clock.advance(1);
  await house.gate.tick();
  await house.gate.tick();
  expect(house.state(id)).toBe('delivered');
  expect(house.sent).toMatchObject([{ shareId: id, recipient: { address: RECIPIENTS.police.address } }]);
  const told = house.log.filter(({ facts }) => 'share' in facts && facts.share === id);
  expect(told.map(({ kind, facts }) => ('to' in facts && kind === 'share-moved' ? facts.to : kind))).toEqual([
    ...['share-proposed', 'rendering', 'review', 'share-approved', 'waiting'],
    ...['release-begun', 'release-ended'],
  ]);
  const said = JSON.stringify(house.log);
  for (const secret of [PIN, PURPOSE.text, 'police.example', 'Police station'])
    expect(said).not.toContain(secret);
});

test.each<[string, Actor]>([
  ['a program', FLOW],
  ['HomeKit', { kind: 'homekit' }],
  ['the command', { kind: 'command' }],
])('%s cancels, declines, revokes and switches off, and does nothing else', async (_, by) => {
  await using house = await begin();
  const police = await house.recipient('police');
  const [cancelled, declined, off] = [house.review(police), house.review(police), house.review(police)];
  expect(got(house.gate.act(cancelled.id, { type: 'cancel', by })).state).toBe('cancelled');
  expect(got(house.gate.act(declined.id, { type: 'decline', by })).state).toBe('declined');
  const sent = house.review(police);
  await house.approve(sent.id, { urgent: true });
  await house.gate.tick();
  expect(house.gate.act(sent.id, { type: 'cancel', by })).toEqual({ refusal: 'wrong-state' });
  expect(got(house.gate.act(sent.id, { type: 'revoke', by })).recall).toBe('wanted');
  expect((await house.gate.tick()).map(({ id }) => id)).toEqual([sent.id]);
  const cut = { cut: CLIP, original: false };
  expect(house.gate.render(off.id, by, cut)).toEqual({ refusal: 'not-yours' });
  const describe = { type: 'describe', by, purpose: PURPOSE, until: 1 } as const;
  expect(house.gate.act(off.id, describe)).toEqual({ refusal: 'not-yours' });
  expect(house.gate.act(off.id, { type: 'expire', by })).toEqual({ refusal: 'not-yours' });
  house.gate.switchOff(by);
  expect(house.state(off.id)).toBe('cancelled');
  expect(house.gate.propose({ recipientId: police.id, clip: CLIP, by: house.owner })).toEqual({
    refusal: 'sharing-off',
  });
});

test('a link that is dead is revoked, and what was mailed cannot be', async () => {
  await using house = await begin();
  const police = await house.recipient('police');
  const ada = await house.recipient('household');
  const [link, mail] = [house.review(police), house.review(ada)];
  for (const { id } of [link, mail]) await house.approve(id, { urgent: true });
  await house.gate.tick();
  expect(house.gate.act(mail.id, { type: 'revoke', by: FLOW })).toEqual({ refusal: 'cannot-be-recalled' });
  house.gate.act(link.id, { type: 'revoke', by: FLOW });
  await house.restart();
  expect(await house.gate.tick()).toHaveLength(1);
  const gone = house.gate.act(link.id, { type: 'recalled', by: { kind: 'gate', as: 'clock' } });
  expect(got(gone)).toMatchObject({ state: 'revoked' });
  expect(await house.gate.tick()).toEqual([]);
});

test('what was sent ends with its time, and its link is to die', async () => {
  await using house = await begin();
  const { id } = house.review(await house.recipient('police'));
  await house.approve(id, { urgent: true });
  await house.gate.tick();
  house.clock.advance(7 * DAY);
  expect(await house.gate.tick()).toMatchObject([{ id, state: 'expired', recall: 'wanted' }]);
});

test('urgent has no time to take it back, needs the PIN all the same, and is logged as what it is', async () => {
  await using house = await begin();
  const { id } = house.review(await house.recipient('community'));
  expect(await house.approve(id, { urgent: true, pin: 'wrong one' })).toEqual({ refusal: 'wrong-pin' });
  expect(house.state(id)).toBe('review');
  await house.approve(id, { urgent: true });
  await house.gate.tick();
  expect(house.state(id)).toBe('delivered');
  expect(house.log).toContainEqual(
    expect.objectContaining({ facts: expect.objectContaining({ to: 'waiting', why: 'urgent' }) }),
  );
});

test('a community waits an hour', async () => {
  await using house = await begin();
  const { id } = house.review(await house.recipient('community'));
  await house.approve(id);
  house.clock.advance(59 * MINUTE);
  await house.gate.tick();
  expect(house.state(id)).toBe('waiting');
  house.clock.advance(MINUTE);
  await house.gate.tick();
  expect(house.state(id)).toBe('delivered');
});

test('a restart begins the time to take it back anew', async () => {
  await using house = await begin();
  const { id } = house.review(await house.recipient('police'));
  await house.approve(id);
  house.clock.advance(9 * MINUTE);
  await house.restart();
  house.clock.advance(9 * MINUTE);
  await house.gate.tick();
  expect(house.state(id)).toBe('waiting');
  house.clock.advance(MINUTE);
  await house.gate.tick();
  expect(house.sent).toHaveLength(1);
});

test('a proposal that nobody answers is over after a day, and a clock that is set back does not bring it back', async () => {
  await using house = await begin();
  const { id } = house.review(await house.recipient('police'));
  const secret = house.secret(id);
  house.clock.step(DAY);
  await house.gate.tick();
  house.clock.step(-DAY);
  expect(house.state(id)).toBe('expired');
  expect(await house.gate.approve({ secret, approverId: house.owner.id, pin: PIN })).toEqual({
    refusal: 'token-unusable',
  });
});

test('T8: after a restart with a clock set back, what was over is still over', async () => {
  await using house = await begin();
  const police = await house.recipient('police', { expiresAt: house.clock.now() + 3 * DAY });
  const { id } = house.review(police);
  house.clock.advance(2 * DAY);
  house.gate.store.change(() => {});
  house.clock.step(-10 * DAY);
  await house.restart();
  expect(house.gate.propose({ recipientId: police.id, clip: CLIP, by: FLOW })).toEqual({
    refusal: 'recipient-expired',
  });
  await house.gate.tick();
  expect(house.state(id)).toBe('expired');
});

test('T8: one showing approves once', async () => {
  await using house = await begin();
  const police = await house.recipient('police');
  const { id } = house.review(police);
  const answer = { secret: house.secret(id), approverId: house.owner.id, pin: PIN };
  expect(got(await house.gate.approve(answer)).state).toBe('waiting');
  expect(await house.gate.approve(answer)).toEqual({ refusal: 'token-unusable' });
});

test('T8: two approvals at once make one release', async () => {
  await using house = await begin();
  const { id } = house.review(await house.recipient('police'));
  const one = { secret: house.secret(id), approverId: house.owner.id, pin: PIN, urgent: true };
  const other = { ...one, secret: house.secret(id) };
  const outcomes = await Promise.all([one, one, other].map((answer) => house.gate.approve(answer)));
  expect(outcomes.filter((outcome) => 'share' in outcome)).toHaveLength(1);
  await Promise.all([house.gate.tick(), house.gate.tick(), house.gate.tick()]);
  expect(house.sent).toHaveLength(1);
  expect(house.log.filter(({ kind }) => kind === 'release-begun')).toHaveLength(1);
});

test('T8: a file that was swapped is not approved, and not released', async () => {
  await using house = await begin();
  const police = await house.recipient('police');
  const [before, after] = [house.review(police), house.review(police)];
  await house.approve(after.id);
  appendFileSync(before.artefact?.file.path ?? '', '!');
  expect(await house.approve(before.id)).toEqual({ refusal: 'not-what-was-reviewed' });
  house.clock.advance(WAITS.police);
  await house.gate.tick();
  expect(house.gate.store.share(after.id)).toMatchObject({ state: 'cancelled', reason: 'file-changed' });
  expect(house.sent).toEqual([]);
});

test('T8: what was shown is approved, and nothing that came after', async () => {
  await using house = await begin();
  const { id } = house.review(await house.recipient('police'));
  const answer = { secret: house.secret(id), approverId: house.owner.id, pin: PIN };
  const purpose = { ...PURPOSE, caseNumber: '26/115' };
  const until = house.gate.store.time.now().wall + DAY;
  got(house.gate.act(id, { type: 'describe', by: house.owner, purpose, until }));
  expect(await house.gate.approve(answer)).toEqual({ refusal: 'not-what-was-reviewed' });
  await house.approve(id);
  expect(house.gate.act(id, { type: 'describe', by: house.owner, purpose, until })).toEqual({
    refusal: 'wrong-state',
  });
});

test('T8: a showing ends after ten minutes, and is for one person and one share', async () => {
  await using house = await begin();
  const police = await house.recipient('police');
  const { id } = house.review(police);
  const other = await house.addApprover('Other');
  const secret = house.secret(id);
  const refused = { refusal: 'token-unusable' };
  expect(await house.gate.approve({ secret, approverId: other, pin: PIN })).toEqual(refused);
  expect(await house.gate.approve({ secret: 'guess', approverId: house.owner.id, pin: PIN })).toEqual(
    refused,
  );
  house.clock.advance(POLICY.approvalMs);
  expect(await house.gate.approve({ secret, approverId: house.owner.id, pin: PIN })).toEqual(refused);
});

test('T14: no way from a new recipient to a release before a day is over', async () => {
  await using house = await begin();
  const newcomer = await house.newcomer('police');
  const refused = { refusal: 'recipient-not-approved' };
  const propose = (by: Actor) => house.gate.propose({ recipientId: newcomer.id, clip: CLIP, by });
  // Not for anybody, not by setting the clock forward, not by restarting.
  for (const by of [FLOW, house.owner]) expect(propose(by)).toEqual(refused);
  house.clock.step(2 * DAY);
  expect(propose(house.owner)).toEqual(refused);
  await house.restart();
  expect(propose(house.owner)).toEqual(refused);
  house.clock.advance(DAY - 1);
  expect(propose(house.owner)).toEqual(refused);
  house.clock.advance(1);
  expect(propose(house.owner)).toHaveProperty('share');
});

test('T14: a package goes into the hand of whoever stands there, and waits for its undo alone', async () => {
  await using house = await begin();
  const { id } = house.review(await house.newcomer('handover'));
  await house.approve(id);
  await house.gate.tick();
  expect(house.sent).toEqual([]);
  house.clock.advance(WAITS.police);
  await house.gate.tick();
  expect(house.sent).toHaveLength(1);
});

test('T14: a recipient that is removed gets nothing of what waits', async () => {
  await using house = await begin();
  const police = await house.recipient('police');
  const { id } = house.review(police);
  await house.approve(id);
  house.gate.removeRecipient(police.id, house.owner);
  house.clock.advance(WAITS.police);
  await house.gate.tick();
  expect([house.state(id), house.sent]).toEqual(['cancelled', []]);
});

test('T15: an original for anybody but the police needs two people, one of whom is not the other', async () => {
  await using house = await begin();
  const second = await house.addApprover('Second');
  const ada = await house.recipient('household');
  const { id } = house.review(ada, 'original');
  expect(got(await house.approve(id)).state).toBe('review');
  expect(await house.approve(id)).toEqual({ refusal: 'same-approver' });
  expect(got(await house.approve(id, { approverId: second })).state).toBe('waiting');
});

test('T15: with two people, a change between them voids the first', async () => {
  await using house = new GateHouse({ policy: { ...POLICY, twoPersons: true } });
  await house.begin();
  const second = await house.addApprover('Second');
  const { id } = house.review(await house.recipient('police'));
  await house.approve(id);
  const until = house.gate.store.time.now().wall + DAY;
  got(house.gate.act(id, { type: 'describe', by: house.owner, purpose: PURPOSE, until }));
  expect(got(await house.approve(id, { approverId: second })).state).toBe('review');
  expect(got(await house.approve(id)).state).toBe('waiting');
});

test('T15: a second approver is made in a minute and counts after a day', async () => {
  await using house = await begin();
  const ada = await house.recipient('household');
  const second = await house.addApprover('Second');
  const { id } = house.review(ada, 'original');
  expect(house.gate.show(id, second)).toEqual({ refusal: 'not-yours' });
});

test('a community never gets an original', async () => {
  await using house = await begin();
  const { id } = house.propose(await house.recipient('community'));
  expect(house.gate.render(id, house.owner, { cut: CLIP, original: true })).toEqual({
    refusal: 'media-not-allowed',
  });
  got(house.gate.render(id, house.owner, { cut: CLIP, original: false }));
  const artefact = house.artefact('original');
  const by = { kind: 'gate', as: 'clock' } as const;
  expect(house.gate.act(id, { type: 'rendered', by, job: 1, artefact })).toEqual({
    refusal: 'media-not-allowed',
  });
});

test('limits hold for what waits and for what was sent, whatever is done to the clock', async () => {
  await using house = await begin();
  const street = await house.recipient('community');
  const [first, second] = [house.review(street), house.review(street)];
  await house.approve(first.id);
  expect(await house.approve(second.id)).toEqual({ refusal: 'rate-limited' });
  house.clock.advance(WAITS.community);
  await house.gate.tick();
  house.clock.step(20 * DAY);
  expect(house.gate.propose({ recipientId: street.id, clip: CLIP, by: FLOW })).toEqual({
    refusal: 'rate-limited',
  });
  house.clock.advance(DAY);
  expect(house.gate.propose({ recipientId: street.id, clip: CLIP, by: FLOW })).toHaveProperty('share');
});

test('without the log nothing is sent, and the log is told when it is back', async () => {
  let full = false;
  const house = new GateHouse({
    audit: {
      append: async (entry) => {
        if (full) throw new Error('ENOSPC');
        house.log.push(entry);
      },
    },
  });
  await using _ = house;
  await house.begin();
  const { id } = house.review(await house.recipient('police'));
  await house.approve(id, { urgent: true });
  full = true;
  await house.gate.tick();
  expect(house.gate.store.share(id)).toMatchObject({ state: 'failed', reason: 'log-unwritable' });
  full = false;
  await house.gate.tick();
  expect(house.sent).toEqual([]);
  expect(house.log.slice(-2).map(({ kind }) => kind)).toEqual(['release-begun', 'release-ended']);
});

test('each change has a number of its own, which grows over restarts', async () => {
  await using house = await begin();
  const police = await house.recipient('police');
  const { steps } = house.gate.store;
  house.propose(police);
  expect(house.gate.store.steps).toBe(steps + 1);
  await house.restart();
  house.gate.store.change(() => {});
  expect(house.gate.store.steps).toBe(steps + 2);
});
