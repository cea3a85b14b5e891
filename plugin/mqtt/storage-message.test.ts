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

it.each<[string, StorageMessage, StorageMessage, boolean]>([
  ['another state', away, ready, true],
  ['the same state anew', { ...away, since: 3 }, away, true],
  ['a loss', { ...away, dropped: { recordings: 1 } }, away, true],
  ['more that waits', { ...away, waitingMinutes: 1 }, away, false],
  ['nothing new', away, away, false],
])('%s', (_what, next, told, worth) => {
  expect(worthTelling(next, told)).toBe(worth);
});
