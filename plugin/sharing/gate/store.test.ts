import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLIP, FLOW, GateHouse, MINUTE } from '../../../test/support/gate-house.ts';
import { GateStore } from './gate-store.ts';
import { POLICY } from './policy.ts';
import { isShareRefusal, readProposal, toRecipient, toShareInfo } from './program-view.ts';

test.each([
  ['own', 0o750],
  ['own/gate.sqlite', 0o640],
])('T2: a gate whose %s others can read does not open', async (name, mode) => {
  await using house = new GateHouse();
  const folder = join(house.root, 'own');
  new GateStore(folder, house.clock)[Symbol.dispose]();
  chmodSync(join(house.root, name), mode);
  expect(() => new GateStore(folder, house.clock)).toThrow('for the user that runs Homebridge alone');
});

test('a second gate finds the file in use, and a damaged one is not begun anew', async () => {
  await using house = await new GateHouse().begin();
  expect(() => new GateStore(house.folder, house.clock)).toThrow('in use by another process');
  const broken = join(house.root, 'broken');
  new GateStore(broken, house.clock)[Symbol.dispose]();
  writeFileSync(join(broken, 'gate.sqlite'), 'this is no database, and never was one'.repeat(200));
  expect(() => new GateStore(broken, house.clock)).toThrow('is damaged');
});

test('T3: programs see no address, no hash and no purpose, and ids are not to be guessed', async () => {
  await using house = await new GateHouse().begin();
  const police = await house.recipient('police', { maxClipMs: MINUTE });
  const [one, other] = [house.review(police), house.review(police)];
  const now = house.gate.store.time.now();
  const seen = JSON.stringify([toShareInfo(one, police), toRecipient(police, [], now, POLICY)]);
  for (const secret of ['upload.police.example', one.artefact?.file.sha256 ?? '?', 'A parcel', house.root])
    expect(seen).not.toContain(secret);
  // 80 bits of chance behind the time.
  expect(one.id.slice(10)).toHaveLength(16);
  expect(one.id.slice(10)).not.toBe(other.id.slice(10));
  expect(toShareInfo(one, police)).toMatchObject({ state: 'proposed', clip: { id: CLIP.clipId } });
});

test('programs hear of refusals in words of the protocol alone', async () => {
  await using house = await new GateHouse().begin();
  const outcome = house.gate.propose({ recipientId: 'nobody', clip: CLIP, by: FLOW });
  expect('refusal' in outcome && isShareRefusal(outcome.refusal)).toBe(true);
  const newcomer = await house.newcomer('police');
  const now = house.gate.store.time.now();
  expect(toRecipient(newcomer, [], now, POLICY)?.refusal).toBe('recipient-not-approved');
  expect(toRecipient({ ...newcomer, removedAt: 1 }, [], now, POLICY)).toBeUndefined();
});

test.each<[unknown, boolean]>([
  [{ clipId: 'a', recipientId: 'b' }, true],
  [{ eventId: 'a', recipientId: 'b', dryRun: true }, true],
  [{ clipId: 'a', eventId: 'a', recipientId: 'b' }, false],
  [{ clipId: 'a', recipientId: 'b', approved: true }, false],
  [{ clipId: '../a', recipientId: 'b' }, false],
  [{ clipId: 'a', recipientId: 'b@c.example' }, false],
  [{ clipId: 'a', recipientId: ['b'] }, false],
  [{ clipId: 'a', recipientId: 'b', dryRun: 'yes' }, false],
  [{ recipientId: 'b' }, false],
  [[], false],
  [null, false],
])('T1: %j is a proposal: %s', (body, is) => {
  expect(readProposal(body) !== undefined).toBe(is);
});
