import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHARE_REFUSALS, SHARE_STATES } from '../../protocol/sharing.ts';
import { isOpen, refusalReason, reportOf, shareRequest, shareWish } from './share-proposal.ts';

const CLIP = '01JDA0000000000000000CLIP1';
const EVENT = '01JDA000000000000000EVENT1';

describe('what a message wishes', () => {
  it.each<[object, Record<string, unknown>, object]>([
    [{ recipient: 'a' }, { clip: CLIP }, { clipId: CLIP, recipientId: 'a', dryRun: false }],
    [{ recipient: 'a' }, { clip: { id: CLIP } }, { clipId: CLIP, recipientId: 'a', dryRun: false }],
    [{ recipient: 'a' }, { eventId: EVENT }, { eventId: EVENT, recipientId: 'a', dryRun: false }],
    [
      { recipient: 'a' },
      { event: { id: EVENT, media: { clip: { id: CLIP } } } },
      { clipId: CLIP, recipientId: 'a', dryRun: false },
    ],
    [{ recipient: 'a' }, { event: { id: EVENT } }, { eventId: EVENT, recipientId: 'a', dryRun: false }],
    [{ recipient: '' }, { clip: CLIP, recipient: 'b' }, { clipId: CLIP, recipientId: 'b', dryRun: false }],
    // The node's own choice counts.
    [{ recipient: 'a' }, { clip: CLIP, recipient: 'b' }, { clipId: CLIP, recipientId: 'a', dryRun: false }],
    [
      { recipient: 'a', dryRun: true },
      { clip: CLIP, dryRun: false },
      { clipId: CLIP, recipientId: 'a', dryRun: true },
    ],
    [{ recipient: 'a' }, { clip: CLIP, dryRun: true }, { clipId: CLIP, recipientId: 'a', dryRun: true }],
    [{ recipient: 'a' }, { clip: '/etc/passwd' }, { missing: 'no-clip' }],
    [{ recipient: 'a' }, { payload: Buffer.from('jpeg') }, { missing: 'no-clip' }],
    [{}, { clip: CLIP, recipient: 'police@example.org' }, { missing: 'no-recipient' }],
    [{}, { clip: CLIP, recipient: { url: 'https://example.org' } }, { missing: 'no-recipient' }],
  ])('%j with %j', (settings, message, wish) => {
    expect(shareWish(settings, message)).toEqual(wish);
  });
});

it('no message makes it send anything but a clip or event, a recipient, and whether it is a trial', () => {
  const id = fc.oneof(fc.stringMatching(/^[\w-]{1,70}$/), fc.anything());
  const message = fc
    .record(
      {
        ...{ clip: fc.oneof(id, fc.record({ id })), eventId: id, recipient: id, dryRun: fc.anything() },
        event: fc.oneof(fc.anything(), fc.record({ id, media: fc.record({ clip: fc.record({ id }) }) })),
        ...{ url: fc.webUrl(), path: fc.string(), payload: fc.anything(), recipients: fc.anything() },
        ...{ enabled: fc.boolean(), method: fc.string(), token: fc.string() },
      },
      { requiredKeys: [] },
    )
    .chain((known) => fc.dictionary(fc.string(), fc.anything()).map((rest) => ({ ...rest, ...known })));
  const settings = fc.record({ recipient: id, dryRun: fc.anything() });
  let sent = 0;
  fc.assert(
    fc.property(settings, message, (chosen, wanted) => {
      const wish = shareWish(chosen, wanted as Record<string, unknown>);
      if ('missing' in wish) return;
      sent += 1;
      const { method, path, body } = shareRequest(wish);
      expect([method, path]).toEqual(['POST', '/shares']);
      const { dryRun, recipientId, ...what } = body as Record<string, unknown>;
      expect([true, undefined]).toContain(dryRun);
      expect(String(recipientId)).toMatch(/^[\w-]{1,64}$/);
      expect([['clipId'], ['eventId']]).toContainEqual(Object.keys(what));
      expect(String(Object.values(what)[0])).toMatch(/^[\w-]{1,64}$/);
    }),
    { numRuns: 400 },
  );
  expect(sent).toBeGreaterThan(20);
});

it('refusals have the names that flows know', () => {
  expect(SHARE_REFUSALS.map(refusalReason)).toEqual([
    'recipient_not_approved',
    'recipient_expired',
    'camera_not_allowed',
    'media_not_allowed',
    'rate_limited',
    'no_such_clip',
  ]);
});

it('only what the owner approved counts as shared', () => {
  const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
  const outcomes = SHARE_STATES.map((state) => {
    const report = reportOf({
      ...{ id: 'share-1', state, at: 7, recipient: { id: 'a', name: 'A', class: 'police' } },
      clip: { id: CLIP, camera, startedAt: 1, endedAt: 2 },
    });
    expect(report).toMatchObject({ requestId: 'share-1', at: 7, recipient: { id: 'a' } });
    return [state, report.state ?? report.reason, isOpen(state)];
  });
  expect(outcomes).toEqual([
    ['proposed', 'pending', true],
    ['waiting', 'accepted', true],
    ['approved', 'accepted', true],
    ['sent', 'delivered', false],
    ['declined', 'owner_denied', false],
    ['cancelled', 'cancelled', false],
    ['expired', 'owner_timeout', false],
    ['failed', 'failed', false],
  ]);
});
