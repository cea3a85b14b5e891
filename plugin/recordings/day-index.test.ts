import { expect, test } from 'vitest';
import { dayIndexText, parseDayIndex } from './day-index.ts';
import type { Sidecar } from './sidecar.ts';

const HASH = 'a'.repeat(64);

const sidecar = (id: string, facts: Partial<Sidecar> = {}): Sidecar => ({
  ...{ schema: 2, id, camera: { id: 'c1', name: 'Front door', slug: 'front-door' }, kind: 'doorbell' },
  ...{ base: `front-door/2026/11/22/072341-ring-${id}`, eventIds: [id], startedAt: 1000, endedAt: 9000 },
  ...{ bytes: 30, sha256: HASH, state: 'ready' },
  wrap: { head: { bytes: 10, sha256: HASH }, tail: { bytes: 5, sha256: HASH } },
  segments: [{ bytes: 15, sha256: HASH, startedAt: 1000, endedAt: 9000 }],
  ...facts,
});

test('what was written is read again, without the event', () => {
  const event = { schema: 1, id: 'A', seq: 1, kind: 'doorbell', phase: 'ring' } as Sidecar['event'];
  const text = dayIndexText([sidecar('A', { ...(event && { event }) }), sidecar('B', { keep: 'pinned' })]);
  expect(text.split('\n')).toHaveLength(3);
  expect(parseDayIndex(text)).toEqual([sidecar('A'), sidecar('B', { keep: 'pinned' })]);
  expect(dayIndexText([])).toBe('');
});

test.each([
  ['a torn last line', (text: string) => text.slice(0, -20), ['A']],
  ['a torn line in between', (text: string) => `{"schema":2,"id":"X\n${text}`, ['A', 'B']],
  ['a foreign line', (text: string) => `null\n7\n"x"\n${text}{"id":5,"removedAt":1}\n`, ['A', 'B']],
  ['a removal', (text: string) => `${text}{"id":"A","removedAt":5}\n`, ['B']],
  ['a removal of what is not there', (text: string) => `${text}{"id":"Z","removedAt":5}\n`, ['A', 'B']],
  ['a later line', (text: string) => text + dayIndexText([sidecar('A', { bytes: 30 })]), ['A', 'B']],
  ['carriage returns', (text: string) => text.replaceAll('\n', '\r\n'), ['A', 'B']],
])('%s', (_, change, ids) => {
  expect(parseDayIndex(change(dayIndexText([sidecar('A'), sidecar('B')]))).map(({ id }) => id)).toEqual(ids);
});
