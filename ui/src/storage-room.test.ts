import { expect, it } from 'vitest';
import type { StorageInfo } from '../../protocol/api.ts';
import { spoolRoom, targetRoom } from './storage-room.ts';

const storage = (target: Partial<StorageInfo['target']>): StorageInfo => ({
  target: { kind: 'folder', where: '/mnt/nas', state: 'ready', since: 0, ...target },
  ...{ clips: 3, continuous: 0, bytes: 30, keepDays: 3, keepContinuousDays: 3 },
  spool: { path: '/spool', bytes: 10, maxBytes: 40, bufferedMs: 0 },
  dropped: { recordings: 0, bytes: 0 },
});

it('what waits here does not take up room there', () => {
  expect(targetRoom(storage({ freeBytes: 50, totalBytes: 100 }))).toEqual([
    { part: 'kept', bytes: 20, share: 0.2 },
    { part: 'others', bytes: 30, share: 0.3 },
    { part: 'free', bytes: 50, share: 0.5 },
  ]);
});

it('embedded, it lies on the same disk', () => {
  expect(targetRoom(storage({ kind: 'embedded', freeBytes: 50, totalBytes: 100 }))?.[0]?.bytes).toBe(30);
});

it('knows nothing of a place that was never seen, and little of one that tells no size', () => {
  expect(targetRoom(storage({}))).toBeUndefined();
  expect(targetRoom(storage({ freeBytes: 60 }))?.map(({ share }) => share)).toEqual([0.25, 0, 0.75]);
});

it('tells what waits, also when it is more than wished', () => {
  expect(spoolRoom(storage({})).map(({ share }) => share)).toEqual([0.25, 0.75]);
  const over = { ...storage({}), spool: { path: '', bytes: 50, maxBytes: 40, bufferedMs: 0 } };
  expect(spoolRoom(over).map(({ bytes }) => bytes)).toEqual([50, 0]);
});
