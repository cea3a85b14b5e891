import { expect, it } from 'vitest';
import { momentWords } from './event-words.ts';

it.each([
  ['spool-full', 'A stretch was not recorded: the room on this machine was full'],
  ['a reason of a newer hub', 'A stretch was not recorded'],
  [undefined, 'A stretch was not recorded'],
])('a gap since %s is "%s"', (reason, text) => {
  const storage = reason === undefined ? {} : { reason };
  expect(momentWords({ id: '1', kind: 'storage', phase: 'gap', at: 1, test: false, storage })).toBe(text);
});
