import { expect, it } from 'vitest';
import { storageFacts } from '../../test/support/storage-facts.ts';
import { type StorageMessage, storageMessage, worthTelling } from './storage-message.ts';

const facts = storageFacts('/mnt/nas');

it('tells what an automation wants to know', () => {
  const camera = { id: 'c1', name: 'Front door', slug: 'front-door' };
  expect(
    storageMessage({
      ...facts,
      target: {
        kind: 'webdav',
        where: 'https://nas/doorstep',
        state: 'missing',
        since: 7,
        freeBytes: 1_234_567_890,
      },
      spool: { ...facts.spool, bufferedMs: 43 * 60_000 + 20_000, hoursLeft: 61.29 },
      dropped: { recordings: 2, bytes: 9, last: { camera, from: 3, to: 5, reason: 'spool-full' } },
    }),
  ).toEqual({
    ...{ state: 'missing', since: 7, waitingMinutes: 43, hoursLeft: 61.2, freeBytes: 1_200_000_000 },
    dropped: { recordings: 2, reason: 'spool-full', from: 3, to: 5 },
  });
  expect(
    storageMessage({ ...facts, target: { kind: 'folder', where: '/mnt', state: 'starting', since: 1 } }),
  ).toEqual({ state: 'starting', since: 1, waitingMinutes: 0, dropped: { recordings: 0 } });
});

const ready: StorageMessage = { state: 'ready', since: 1, waitingMinutes: 0, dropped: { recordings: 0 } };
const away: StorageMessage = { ...ready, state: 'missing', since: 2 };

it.each<[string, StorageMessage, StorageMessage | undefined, 'news' | 'minute', boolean]>([
  ['the first', ready, undefined, 'minute', true],
  ['another state', away, ready, 'news', true],
  ['the same state anew', { ...away, since: 3 }, away, 'news', true],
  ['a loss', { ...away, dropped: { recordings: 1 } }, away, 'news', true],
  ['more that waits, at once', { ...away, waitingMinutes: 1 }, away, 'news', false],
  ['more that waits, a minute later', { ...away, waitingMinutes: 1 }, away, 'minute', true],
  ['nothing new while it is away', away, away, 'minute', true],
  ['nothing new while all is well', ready, ready, 'minute', false],
  ['less room while all is well', { ...ready, freeBytes: 1 }, ready, 'minute', true],
])('%s', (_what, next, told, why, worth) => {
  expect(worthTelling(next, told, why)).toBe(worth);
});
