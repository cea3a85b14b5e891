import { expect, test } from 'vitest';
import { Resume } from './resume.ts';

const event = (seq: number, replay?: true) => ({ id: `e${seq}`, seq, ...(replay && { replay }) });

test('begins at the newest event of the first hub', () => {
  const resume = new Resume();
  expect(resume.cursor).toBeUndefined();
  expect(resume.greet({ hub: 'a', lastSeq: 40 })).toBe(0);
  expect(resume.cursor).toEqual({ hub: 'a', seq: 40 });
});

test('asks for what came after the last event', () => {
  const resume = new Resume();
  resume.greet({ hub: 'a', lastSeq: 40 });
  resume.caughtUp(40);
  expect(resume.take(event(41))).toBe(true);
  expect(resume.cursor?.seq).toBe(41);
  expect(resume.greet({ hub: 'a', lastSeq: 44 })).toBe(3);
});

test('takes each event once', () => {
  const resume = new Resume();
  resume.greet({ hub: 'a', lastSeq: 0 });
  resume.caughtUp(0);
  expect([event(1), event(1), event(2), event(1, true)].map((one) => resume.take(one))).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('a new event that overtakes the replay does not hide the rest of it', () => {
  const resume = new Resume();
  resume.greet({ hub: 'a', lastSeq: 10 });
  resume.caughtUp(10);
  resume.greet({ hub: 'a', lastSeq: 13 });
  resume.take(event(11, true));
  resume.take(event(14));
  expect(resume.cursor?.seq).toBe(11);
  resume.take(event(12, true));
  resume.take(event(13, true));
  resume.caughtUp(13);
  expect(resume.cursor?.seq).toBe(14);
});

test.each([
  ['another hub', { hub: 'b', lastSeq: 500 }],
  ['a hub set back to an older journal', { hub: 'a', lastSeq: 3 }],
])('%s starts afresh', (_what, hello) => {
  const resume = new Resume();
  resume.greet({ hub: 'a', lastSeq: 40 });
  resume.take(event(41));
  expect(resume.greet(hello)).toBe(0);
  expect(resume.cursor).toEqual({ hub: hello.hub, seq: hello.lastSeq });
  expect(resume.take(event(41))).toBe(true);
});

test('its memory has an end, and the newest events stay in it', () => {
  const resume = new Resume();
  resume.greet({ hub: 'a', lastSeq: 0 });
  for (let seq = 1; seq <= 1500; seq += 1) resume.take(event(seq));
  expect(resume.take(event(1499))).toBe(false);
  expect(resume.take(event(1))).toBe(true);
});
