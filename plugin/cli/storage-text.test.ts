import { expect, test } from 'vitest';
import { storageFacts } from '../../test/support/storage-facts.ts';
import { storageLines } from './storage-text.ts';

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;
const GIB = 2 ** 30;
const facts = storageFacts('/var/lib/homebridge/doorstep');
const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const at = (time: number) => new Date(time).toLocaleString();

test('an embedded folder that is empty', () => {
  expect(storageLines(facts, NOW)).toEqual([
    'Recordings',
    '  Where     /var/lib/homebridge/doorstep (inside the Homebridge storage), ext4, ready; 16.0 GiB free',
    '  Kept      0 clips, 0.0 GiB; kept for 3 days',
    '  Waiting   nothing',
  ]);
});

test('a NAS that is away, with all that there is to say', () => {
  const lines = storageLines(
    {
      ...facts,
      target: {
        kind: 'folder',
        where: '/mnt/nas',
        state: 'missing',
        since: NOW - 3 * HOUR,
        fileSystem: 'cifs',
      },
      clips: 1,
      continuous: 864,
      bytes: 41.25 * GIB,
      oldestAt: NOW - 72 * HOUR,
      keepDays: 7,
      keepContinuousDays: 3,
      spool: { path: '/spool', bytes: GIB, maxBytes: 8 * GIB, bufferedMs: 35 * 60_000, hoursLeft: 14.2 },
      dropped: {
        recordings: 2,
        bytes: GIB / 2,
        last: { camera, from: NOW - HOUR, to: NOW, reason: 'spool-full' },
      },
      asks: { recordings: 120, of: 300, bytes: 12 * GIB },
      rebuilding: { found: 17 },
    },
    NOW,
  );
  expect(lines).toEqual([
    'Recordings',
    `  Where     folder /mnt/nas, cifs, away since ${at(NOW - 3 * HOUR)} (3 hours)`,
    `  Kept      1 clip and 864 files of continuous recording, 41.3 GiB, the oldest of ${at(NOW - 72 * HOUR)}; kept for 7 days, continuous recording 3 days`,
    '  Waiting   35 minutes of recordings, 1.0 GiB of 8.0 GiB in /spool; room for 14 hours more',
    `  Given up  2 recordings in the last 7 days, 0.5 GiB, last Front door from ${at(NOW - HOUR)} to ${at(NOW)}: the spool was full`,
    '  Asks      120 of 300 recordings (12.0 GiB) are to be removed at once: allow it in the web app, at Storage',
    '  Index     is being made again, 17 recordings found so far',
  ]);
});

test.each([
  ['starting', 'not looked at yet'],
  ['waiting', 'not used before'],
  ['refused', 'may not be used, see below'],
] as const)('a target that is %s', (state, words) => {
  const target = { kind: 'webdav', where: 'https://nas/doorstep', state, since: NOW } as const;
  expect(storageLines({ ...facts, target }, NOW)[1]).toContain(`webdav https://nas/doorstep, ${words}`);
});
