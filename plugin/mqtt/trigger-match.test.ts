import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches, topicFault, topicMatches } from './trigger-match.ts';

describe('topicMatches', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/b/c', 'a/b', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['+/b', 'a/b', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['#', 'a/b', true],
    ['#', '$SYS/broker', false],
    ['+/broker', '$SYS/broker', false],
    ['$SYS/#', '$SYS/broker', true],
    ['/a', 'a', false],
    ['+/a', '/a', true],
  ])('%s and %s: %s', (filter, topic, expected) => {
    expect(topicMatches(filter, topic)).toBe(expected);
  });
});

describe('matches', () => {
  const said = (payload: string, retained = false) => ({ topic: 'bell', payload, retained });

  it.each([
    ['any message', undefined, said(''), true],
    ['any message, by an empty payload', '', said('x'), true],
    ['the same text', 'single', said('single'), true],
    ['the same text with a line end', 'single', said('single\n'), true],
    ['another text', 'single', said('double'), false],
    ['a field of JSON', 'action=single', said('{"action":"single","battery":90}'), true],
    ['another value of the field', 'action=single', said('{"action":"double"}'), false],
    ['a number', 'state=1', said('{"state":1}'), true],
    ['a boolean', 'pressed=true', said('{"pressed":true}'), true],
    ['a nested field', 'button.event=S', said('{"button":{"event":"S"}}'), true],
    ['an object is no value', 'button=[object Object]', said('{"button":{}}'), false],
    ['inherited fields are none', 'constructor.name=Object', said('{}'), false],
    ['broken JSON', 'a=b', said('{"a":'), false],
    ['text with an equals sign', 'a=b', said('a=b'), true],
    ['what the broker kept', undefined, said('', true), false],
  ])('%s', (_, payload, message, expected) => {
    expect(matches({ topic: 'bell', payload }, message)).toBe(expected);
  });

  it('never throws, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (payload, text) => {
        expect(typeof matches({ topic: 'bell', payload }, said(text))).toBe('boolean');
      }),
    );
  });
});

it.each([
  ['a/b', undefined],
  ['a/+/b/#', undefined],
  ['a/#/b', /before its end/],
  ['a/b#', /stand alone/],
  ['a/b+', /stand alone/],
])('topicFault: %s', (filter, fault) => {
  if (fault) expect(topicFault(filter)).toMatch(fault);
  else expect(topicFault(filter)).toBeUndefined();
});
