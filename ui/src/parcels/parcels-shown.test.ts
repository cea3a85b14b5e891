import { expect, it } from 'vitest';
import type { CameraInfo } from '../../../protocol/api.ts';
import type { PackageHere } from '../../../protocol/detection.ts';
import type { PackageFacts } from '../../../protocol/event.ts';
import type { Moment } from '../moments.ts';
import { ASK_FOR_MS, eventsWantedFrom, parcelsHere, removalsToAsk } from './parcels-shown.ts';

const NOW = 1_790_000_000_000;
const MINUTE = 60_000;

const camera = (id: string, packages: PackageHere[]): CameraInfo => ({
  ...{ id, name: id, slug: id, kind: 'doorbell', online: true, privacy: false, armed: true, since: 0 },
  packages,
});
const parcel = (id: string, ago: number, more: Partial<PackageHere> = {}): PackageHere => ({
  ...{ id, count: 1, deliveredAt: NOW - ago, eventId: `e-${id}`, confirmed: true },
  ...more,
});

it('tells the parcels of a camera as one, from the first that came', () => {
  const door = camera('door', [
    parcel('new', MINUTE, { confirmed: false }),
    parcel('old', 9 * MINUTE, { count: 2 }),
  ]);
  expect(parcelsHere([door, camera('garden', [])])).toEqual([
    { camera: door, count: 3, since: NOW - 9 * MINUTE, confirmed: false, eventIds: ['e-new', 'e-old'] },
  ]);
});

it('needs the events of the last hour, and those of what lies there longer', () => {
  expect(eventsWantedFrom([camera('door', [])], NOW)).toBe(NOW - ASK_FOR_MS);
  const old = camera('door', [parcel('old', 300 * MINUTE)]);
  expect(eventsWantedFrom([old], NOW)).toBe(NOW - 300 * MINUTE);
});

const gone = (ago: number, more: Partial<Moment> = {}, verdict?: PackageFacts['verdict']): Moment => ({
  ...{ id: 'e', eventIds: ['e'], kind: 'package', phase: 'removed', at: NOW - ago, test: false },
  package: { id: 'p', count: 0, ...(verdict && { verdict }) },
  ...more,
});

it.each<[string, Moment, boolean]>([
  ['just now', gone(MINUTE, {}, 'taken'), true],
  ['nobody knows by whom', gone(MINUTE, {}, 'unknown'), true],
  ['the household had it', gone(MINUTE, {}, 'collected'), false],
  ['an hour ago', gone(ASK_FOR_MS, {}, 'taken'), false],
  ['it was still there', gone(MINUTE, { phase: 'corrected' }, 'taken'), false],
  ['it came', gone(MINUTE, { phase: 'delivered' }), false],
])('asks of a parcel that went, %s: %j', (_name, moment, asked) => {
  expect(removalsToAsk([moment], NOW).length === 1).toBe(asked);
});
