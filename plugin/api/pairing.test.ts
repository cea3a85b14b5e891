/** What strangers in the network can do with pairing: each a row of its own. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { NewToken, Scope } from '../../protocol/api.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { createPairings, PAIRING_MS, type Pairings } from './pairing.ts';

const PI = '192.168.1.7';
const STRANGER = '192.168.1.66';
const NODE_RED = { name: 'Node-RED', scopes: ['events', 'media'] satisfies Scope[] };

let clock: ManualClock;
let made: NewToken[];
let claimed: boolean;
let pairings: Pairings;
beforeEach(() => {
  clock = new ManualClock();
  made = [];
  claimed = true;
  const auth = {
    get claimed() {
      return claimed;
    },
    createToken({ name, scopes }: { name: string; scopes: readonly Scope[] }): NewToken {
      const token = {
        id: `t${made.length}`,
        name,
        scopes: [...scopes],
        createdAt: clock.now(),
        token: 'dst_x',
      };
      made.push(token);
      return token;
    },
  };
  pairings = createPairings({ auth, clock });
});

const ask = (address = PI) => pairings.ask(NODE_RED, address);
const look = ({ id, secret }: { id: string; secret: string }, address = PI) =>
  pairings.look(id, secret, address);
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { problem: { code: string } }).problem.code;
  }
  return 'nothing';
};

describe('the way of one pairing', () => {
  test('asks, waits, is let in, and gets its token once', () => {
    const started = ask();
    expect(started.code).toMatch(/^\d{4}-\d{4}$/);
    expect(look(started)).toEqual({ state: 'pending', expiresAt: clock.now() + PAIRING_MS });
    expect(pairings.open()).toMatchObject([
      { name: 'Node-RED', address: PI, code: started.code, scopes: ['events', 'media'], state: 'pending' },
    ]);
    expect(JSON.stringify(pairings.open())).not.toContain(started.secret);

    expect(pairings.approve(started.id, ['events'])?.state).toBe('approved');
    // Nobody has fetched it, so there is none.
    expect(made).toEqual([]);
    expect(look(started)).toMatchObject({
      state: 'approved',
      token: { name: 'Node-RED', scopes: ['events'] },
    });
    expect(pairings.open()).toEqual([]);
  });

  test('the owner decides what it may do, whatever it asked for', () => {
    const started = ask();
    pairings.approve(started.id, ['events', 'control', 'events']);
    expect(look(started)).toMatchObject({ token: { scopes: ['events', 'control'] } });
  });

  test('is declined, and learns it', () => {
    const started = ask();
    pairings.decline(started.id);
    expect(pairings.open()).toEqual([]);
    expect(look(started)).toEqual({ state: 'declined' });
    expect(pairings.approve(started.id, ['events'])).toBeUndefined();
    expect(look(started)).toEqual({ state: 'declined' });
  });

  test('ends after ten minutes, also while the time of day is set', () => {
    const started = ask();
    clock.step(-86_400_000);
    clock.advance(PAIRING_MS - 1);
    expect(look(started).state).toBe('pending');
    clock.advance(1);
    expect(look(started)).toEqual({ state: 'expired' });
    expect(pairings.approve(started.id, ['events'])).toBeUndefined();
    expect(pairings.open()).toEqual([]);
  });

  test('what was let in at the last moment can still be fetched, and not for long', () => {
    const [late, later] = [ask(), ask()];
    clock.advance(PAIRING_MS - 1);
    for (const { id } of [late, later]) pairings.approve(id, ['events']);
    clock.advance(60_000);
    expect(look(late).state).toBe('approved');
    clock.advance(60_000);
    expect(look(later)).toEqual({ state: 'expired' });
    expect(made).toHaveLength(1);
  });

  test('is called off by its program', () => {
    const started = ask();
    pairings.callOff(started.id, started.secret, PI);
    expect(pairings.open()).toEqual([]);
    expect(code(() => look(started))).toBe('not-found');
  });
});

describe('what others can do', () => {
  test('nobody can be let in while the hub has no owner', () => {
    claimed = false;
    expect(code(ask)).toBe('not-claimed');
  });

  test('a stranger of the same name shows another code, and gets nothing of what the other one is given', () => {
    const [mine, theirs] = [ask(PI), ask(STRANGER)];
    expect(mine.code).not.toBe(theirs.code);
    expect(pairings.open().map(({ address }) => address)).toEqual([PI, STRANGER]);
    pairings.approve(mine.id, ['events']);
    expect(look(theirs, STRANGER).state).toBe('pending');
    expect(code(() => look({ id: mine.id, secret: theirs.secret }, STRANGER))).toBe('not-found');
    expect(look(mine).state).toBe('approved');
  });

  test('a token is handed out once: who repeats the question gets nothing', () => {
    const started = ask();
    pairings.approve(started.id, ['events']);
    look(started);
    expect(code(() => look(started))).toBe('not-found');
    expect(made).toHaveLength(1);
  });

  test('an id without its secret says no more than an id that is none', () => {
    const { id } = ask();
    expect(code(() => look({ id, secret: '' }))).toBe('not-found');
    expect(code(() => look({ id: 'none', secret: '' }))).toBe('not-found');
    expect(code(() => pairings.callOff(id, 'x', STRANGER))).toBe('not-found');
    expect(pairings.open()).toHaveLength(1);
  });

  test('guessing ends in a wait, and the right secret still counts', () => {
    const started = ask(STRANGER);
    const guess = () => code(() => look({ id: started.id, secret: 'guess' }, STRANGER));
    for (let count = 0; count < 20; count += 1) expect(guess()).toBe('not-found');
    expect(guess()).toBe('too-many-attempts');
    expect(look(started, STRANGER).state).toBe('pending');
    clock.advance(60_000);
    expect(guess()).toBe('not-found');
  });

  test('one address fills no list', () => {
    for (let count = 0; count < 3; count += 1) ask(STRANGER);
    expect(code(() => ask(STRANGER))).toBe('too-many-pairings');
    expect(code(() => ask(`::ffff:${STRANGER}`))).toBe('too-many-pairings');
    expect(ask(PI).code).toMatch(/^\d/);
  });

  test('many addresses fill no more of it than a person can look through, and push nobody out', () => {
    const mine = ask(PI);
    for (let count = 0; count < 7; count += 1) ask(`10.0.0.${count}`);
    expect(code(() => ask('10.0.0.99'))).toBe('too-many-pairings');
    expect(pairings.open()).toHaveLength(8);
    expect(pairings.open()[0]?.id).toBe(mine.id);
    // The owner makes room with one word.
    pairings.decline(pairings.open()[3]?.id ?? '');
    expect(code(() => ask('10.0.0.99'))).toBe('nothing');
  });

  test('asking again and again ends in a wait', () => {
    for (let count = 0; count < 10; count += 1) {
      const { id, secret } = ask(STRANGER);
      pairings.callOff(id, secret, STRANGER);
    }
    expect(code(() => ask(STRANGER))).toBe('too-many-attempts');
    clock.advance(PAIRING_MS);
    expect(code(() => ask(STRANGER))).toBe('nothing');
  });

  test('what was answered is forgotten in time', () => {
    const first = ask('10.0.0.0');
    pairings.decline(first.id);
    for (let count = 1; count <= 63; count += 1) pairings.decline(ask(`10.0.0.${count}`).id);
    expect(look(first).state).toBe('declined');
    ask('10.0.0.64');
    expect(code(() => look(first))).toBe('not-found');
  });
});
