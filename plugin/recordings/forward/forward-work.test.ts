import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Stream } from '../../../test/support/recorded-media.ts';
import {
  makeSpoolStream,
  type SpoolHouse,
  spoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';
import { ForwardWork } from './forward-work.ts';
import { StandBack } from './stand-back.ts';

let stream: Stream;
let house: SpoolHouse;
let standBack: StandBack;
let forwardWork: ForwardWork;

beforeAll(async () => {
  stream = await makeSpoolStream(2);
}, 60_000);
beforeEach(async () => {
  house = spoolHouse();
  standBack = new StandBack();
  forwardWork = new ForwardWork(house.index, standBack, house.spool);
  await spoolRecording(house, stream, spoolOpening('one'));
  house.index.forwarding('one');
  house.index.stored('one', { bytes: house.index.get('one')?.bytes ?? 0, sha256: '0'.repeat(64) });
  expect(house.index.staleDays(9)).toHaveLength(1);
});
afterEach(() => house[Symbol.dispose]());

test('a day that stands back is not looked at before its time', () => {
  const [day] = house.index.staleDays(1);
  standBack.rests(`day ${day}`, 0, 900_000);
  expect(forwardWork.next({ rebuilding: false, closing: false, now: 1_000 })).toBeUndefined();
  expect(forwardWork.restMs({ now: 1_000, rebuilding: false })).toBe(899_000);
});

test('while an index is made again no day is due', () => {
  expect(forwardWork.next({ rebuilding: true, closing: false, now: 0 })).toBeUndefined();
  expect(forwardWork.restMs({ now: 0, rebuilding: true })).toBe(Number.POSITIVE_INFINITY);
});

test('what is due this instant is looked at after a second, not at once', () => {
  standBack.rests('put other', 0, 1);
  expect(forwardWork.restMs({ now: 0, rebuilding: false })).toBe(1_000);
});
