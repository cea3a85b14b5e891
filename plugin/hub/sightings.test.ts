import { beforeEach, describe, expect, test } from 'vitest';
import type { DoorstepEvent, EventDraft } from '../../protocol/event.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { createParcels } from '../detection/parcels.ts';
import { createSightings, type SightingSource, type Sightings } from './sightings.ts';

const ref = { id: 'cam-1', name: 'Front door', slug: 'front-door' };

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let clock: ManualClock;
let published: EventDraft[];
let reported: string[];
let switches: { privacy: boolean; armed: boolean };
let kept: Partial<DoorstepEvent>[];

beforeEach(() => {
  clock = new ManualClock();
  published = [];
  reported = [];
  switches = { privacy: false, armed: true };
  kept = [];
});

function open(motionBy: 'both' | 'picture' | 'camera' = 'both'): Sightings {
  const events = {
    publish(draft: EventDraft) {
      published.push(draft);
      return { ...draft, id: draft.id ?? `event-${published.length}` } as DoorstepEvent;
    },
    query: () => kept as DoorstepEvent[],
  };
  const home = { info: { home: 'unknown', since: 0 }, onHome: () => () => {} } as const;
  const memory = { ledger: undefined, sight: undefined, keepLedger() {} };
  return createSightings({
    camera: { ref },
    config: { motionBy },
    parcels: createParcels({ ref, events, home, memory, clock, log: quiet }),
    events,
    watch: {
      report(_at, { label, test: byHand }) {
        reported.push(`${label}${byHand ? ' test' : ''}`);
        return 'motion-id';
      },
    },
    switches,
    clock,
  });
}

const kinds = () => published.map(({ kind, phase }) => `${kind} ${phase}`);

describe('a press', () => {
  test.each<[SightingSource, SightingSource, number, number]>([
    ['webhook', 'webhook', 500, 1],
    ['webhook', 'onvif', 1900, 1],
    ['onvif', 'mqtt', 1900, 1],
    ['webhook', 'webhook', 2000, 2],
    ['order', 'webhook', 500, 1],
    ['webhook', 'order', 500, 1],
    ['order', 'order', 0, 2],
  ])('told by %s and then by %s after %i ms rings %i times', (first, second, ms, rings) => {
    const sightings = open();
    const id = sightings.report({ kind: 'ring', source: first });
    clock.advance(ms);
    const again = sightings.report({ kind: 'ring', source: second });
    expect(published).toHaveLength(rings);
    expect(again === id).toBe(rings === 1);
  });

  test('held down, it rings again after a while', () => {
    const sightings = open();
    for (let ms = 0; ms <= 4000; ms += 500) {
      sightings.report({ kind: 'ring', source: 'mqtt' });
      clock.advance(500);
    }
    expect(published).toHaveLength(3);
  });

  test('is dated to when it happened', () => {
    open().report({ kind: 'ring', source: 'onvif', at: 5, test: true });
    expect(published).toEqual([{ kind: 'doorbell', phase: 'ring', camera: ref, at: 5, test: true }]);
  });
});

test('motion and people go to the motion that is under way', () => {
  const sightings = open();
  expect(sightings.report({ kind: 'motion', source: 'webhook' })).toBe('motion-id');
  sightings.report({ kind: 'person', source: 'onvif', test: true });
  expect(reported).toEqual(['motion', 'person test']);
});

test('where the picture shall tell of motion, the camera does not; who does so on purpose, does', () => {
  const sightings = open('picture');
  expect(sightings.report({ kind: 'motion', source: 'onvif' })).toBeUndefined();
  expect(reported).toEqual([]);
  sightings.report({ kind: 'person', source: 'onvif' });
  sightings.report({ kind: 'motion', source: 'mqtt' });
  sightings.report({ kind: 'motion', source: 'order' });
  expect(reported).toEqual(['person', 'motion', 'motion']);
});

describe('packages', () => {
  test('come and go', () => {
    const sightings = open();
    sightings.report({ kind: 'package', source: 'onvif' });
    clock.advance(90_000);
    sightings.report({ kind: 'package-removed', source: 'onvif' });
    expect(sightings.report({ kind: 'package-removed', source: 'onvif' })).toBeUndefined();
    expect(kinds()).toEqual(['package delivered', 'package removed']);
    expect(published[1]?.package).toMatchObject({ presentForMs: 90_000, verdict: 'unknown' });
  });

  test('that lay there before a restart can still go', () => {
    kept = [
      {
        seq: 1,
        id: 'e',
        at: 1,
        phase: 'delivered',
        package: { id: 'p', count: 1, deliveredAt: clock.now() - 60_000 },
      },
    ];
    open().report({ kind: 'package-removed', source: 'mqtt' });
    expect(published[0]?.package).toMatchObject({ id: 'p', presentForMs: 60_000 });
  });
});

test.each([
  ['ring', { privacy: true, armed: true }, 'privacy-on'],
  ['package', { privacy: true, armed: true }, 'privacy-on'],
  ['motion', { privacy: false, armed: false }, 'detection-off'],
  ['package-removed', { privacy: false, armed: false }, 'detection-off'],
] as const)('%s is refused with %j', (kind, state, code) => {
  switches = state;
  expect(() => open().report({ kind, source: 'webhook' })).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code }) }),
  );
  expect([...published, ...reported]).toEqual([]);
});

test('with detection off a press still rings', () => {
  switches = { privacy: false, armed: false };
  open().report({ kind: 'ring', source: 'webhook' });
  expect(kinds()).toEqual(['doorbell ring']);
});
