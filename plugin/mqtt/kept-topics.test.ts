import { expect, it } from 'vitest';
import { keptTopics } from './kept-topics.ts';

/** A file in memory; `writes` is what it was told. */
function memory(text?: string) {
  const writes: string[] = [];
  return {
    writes,
    file: { read: () => writes.at(-1) ?? text, write: (next: string) => void writes.push(next) },
  };
}

const lines: string[] = [];
const note = (line: string) => void lines.push(line);
const log = { debug: note, info: note, warn: note, error: note };
const broker = 'mqtt://broker';

it('notes what will be kept before it is, and forgets what is cleared', () => {
  const { file, writes } = memory();
  expect(keptTopics(file, { broker, topics: ['a', 'b'] }, log).stale).toEqual([]);
  const later = keptTopics(file, { broker, topics: ['b', 'c'] }, log);
  expect(later.stale).toEqual(['a']);
  expect(JSON.parse(writes.at(-1) ?? '').topics.toSorted()).toEqual(['a', 'b', 'c']);
  later.cleared();
  expect(JSON.parse(writes.at(-1) ?? '').topics).toEqual(['b', 'c']);
});

it('what could not be cleared is still to be cleared at the next start', () => {
  const { file } = memory();
  keptTopics(file, { broker, topics: ['a'] }, log);
  keptTopics(file, { broker, topics: ['b'] }, log);
  expect(keptTopics(file, { broker, topics: ['b'] }, log).stale).toEqual(['a']);
});

it('writes nothing when nothing is new', () => {
  const { file, writes } = memory();
  keptTopics(file, { broker, topics: ['a'] }, log).cleared();
  keptTopics(file, { broker, topics: ['a'] }, log).cleared();
  expect(writes).toHaveLength(1);
});

it('at another broker it removes nothing: a topic of that name is of somebody else', () => {
  const { file } = memory();
  keptTopics(file, { broker, topics: ['a'] }, log);
  lines.length = 0;
  expect(keptTopics(file, { broker: 'mqtt://other', topics: ['b'] }, log).stale).toEqual([]);
  expect(lines).toEqual([expect.stringMatching(/the former broker, mqtt:\/\/broker, still keeps/)]);
  keptTopics(file, { broker: 'mqtt://other', topics: ['b'] }, log);
  expect(lines).toHaveLength(1);
});

it.each(['{', 'null', '{"broker":1,"topics":[]}', '{"broker":"b","topics":7}'])(
  'goes on with %s in the file',
  (text) => {
    const { file } = memory(text);
    lines.length = 0;
    expect(keptTopics(file, { broker, topics: ['a'] }, log).stale).toEqual([]);
    expect(lines.join()).toMatch(/is not known/);
  },
);

it('goes on when the disk does not take it', () => {
  const file = {
    read: () => undefined,
    write() {
      throw new Error('no room');
    },
  };
  lines.length = 0;
  expect(keptTopics(file, { broker, topics: ['a'] }, log).stale).toEqual([]);
  expect(lines.join()).toMatch(/cannot be noted: no room/);
});
