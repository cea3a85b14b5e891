import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { EventBus } from '../events/bus.ts';
import { type Journal, openJournal } from '../events/journal.ts';
import { type Household, openHousehold } from './household.ts';
import { createParcels, type Parcels } from './parcels.ts';

const REF = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const MIN = 60_000;
const log = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let clock: ManualClock;
let journal: Journal;
let bus: EventBus;
let home: Household;
let kept: string | undefined;
let parcels: Parcels;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parcels-'));
  clock = new ManualClock();
  journal = openJournal({ path: join(folder, 'journal.sqlite'), clock, log });
  bus = new EventBus({ journal, clock, log });
  home = openHousehold({ read: () => undefined, write() {} }, { clock, log });
  kept = undefined;
  parcels = open();
});
afterEach(() => {
  parcels[Symbol.dispose]();
  journal[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

function open(sight = 'the porch'): Parcels {
  const keepLedger = (text: string) => {
    kept = text;
  };
  const memory = { sight, ledger: kept, keepLedger };
  return createParcels({ ref: REF, events: bus, home, memory, clock, log });
}

const see = (phase: 'delivered' | 'removed', packageId = 'p') =>
  parcels.see({
    ...{ phase, packageId, decisionId: `${phase}-${packageId}`, score: 0.9, rule: 'new-after-visit' },
    ...{ at: clock.now(), decidedAt: clock.now() },
  });
const story = () =>
  bus
    .query({ kinds: ['package'], limit: 20 })
    .toReversed()
    .map(({ phase, package: facts }) => [phase, facts?.verdict].filter(Boolean).join(' '));

test('somebody who comes home just after has it; who was home has it; else nobody was home', () => {
  home.setHome('away');
  see('delivered');
  see('removed');
  clock.advance(MIN);
  home.setHome('home');
  see('delivered', 'q');
  see('removed', 'q');
  clock.advance(60 * MIN);
  home.setHome('away');
  clock.advance(5 * MIN);
  see('removed', 'r');
  expect(story()).toEqual([
    ...['delivered', 'removed taken', 'corrected collected'],
    ...['delivered', 'removed collected', 'removed taken'],
  ]);
});

test('the door explains what goes soon after it was opened, also over a restart', () => {
  home.setHome('away');
  see('delivered');
  parcels.household('door');
  parcels[Symbol.dispose]();
  clock.advance(MIN);
  parcels = open();
  see('removed');
  expect(story()).toEqual(['delivered', 'removed collected']);
});

test('a crash between event and file: the journal tells the rest', () => {
  see('delivered');
  const before = kept;
  see('delivered', 'q');
  see('removed');
  kept = before;
  parcels[Symbol.dispose]();
  parcels = open();
  expect(parcels.here().map(({ id, count }) => [id, count])).toEqual([['q', 1]]);
});

test('a word that is no news writes nothing; by hand is marked', () => {
  parcels.hear({ phase: 'delivered', at: clock.now() }, { test: true });
  const before = kept;
  expect(parcels.hear({ phase: 'delivered', at: clock.now() }, { test: false })).toBeUndefined();
  expect(kept).toBe(before);
  expect(bus.query({ kinds: ['package'], limit: 5 })).toMatchObject([{ test: true, phase: 'delivered' }]);
});

test('what others took away, the eyes are told of; what they saw go themselves, not', () => {
  const gone: string[] = [];
  const end = parcels.onGone((ids) => void gone.push(...ids));
  see('delivered');
  see('removed');
  see('delivered', 'q');
  see('delivered', 'r');
  expect(gone).toEqual([]);
  parcels.household('collected');
  expect(gone).toEqual(['q', 'r']);
  see('delivered', 's');
  clock.advance(2 * MIN);
  parcels.hear({ phase: 'removed', at: clock.now() }, { test: false });
  expect(gone).toEqual(['q', 'r', 's']);
  parcels.begin(['s', 't']);
  expect(gone.slice(3)).toEqual(['s', 't']);
  end();
  parcels.begin(['u']);
  expect(gone).toHaveLength(5);
});

test('what the eyes do not know when they begin is known without its name, over a restart too', () => {
  see('delivered');
  parcels.begin([]);
  parcels[Symbol.dispose]();
  parcels = open();
  see('removed', 'new');
  expect(story()).toEqual(['delivered', 'removed unknown']);
  see('delivered', 'q');
  parcels.giveUp(['q']);
  parcels[Symbol.dispose]();
  parcels = open();
  expect(parcels.here()).toEqual([]);
});

test('that it was them explains what went, and takes nothing away', () => {
  home.setHome('away');
  see('delivered');
  see('delivered', 'q');
  see('removed');
  clock.advance(50 * MIN);
  parcels.explain();
  expect(story()).toEqual(['delivered', 'delivered', 'removed taken', 'corrected collected']);
  expect(parcels.here()).toMatchObject([{ id: 'q' }]);
});

test('it hears of the household until it is disposed', () => {
  see('removed');
  parcels[Symbol.dispose]();
  home.setHome('home');
  expect(story()).toEqual(['removed unknown']);
});
