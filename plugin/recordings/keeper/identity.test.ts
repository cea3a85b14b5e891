import { describe, expect, it } from 'vitest';
import { checkMarker, makeMarker, readMarker } from './identity.ts';

const ID = '3f0c6c1e-8d0f-4b52-9d1a-0d8a3ef7c001';

describe('a marker', () => {
  it('is read as it was made', () => {
    expect(JSON.parse(makeMarker(ID, 5))).toEqual({ doorstep: 1, id: ID, createdAt: 5 });
    expect(readMarker(makeMarker(ID, 5))).toBe(ID);
  });

  it.each([
    '',
    'null',
    '[]',
    '{"doorstep":1',
    '{"doorstep":2,"id":"a"}',
    '{"doorstep":1}',
    '{"doorstep":1,"id":5}',
    '{"doorstep":1,"id":""}',
    '{"doorstep":1,"id":"a b\\nc"}',
    `{"doorstep":1,"id":"${'a'.repeat(65)}"}`,
  ])('is not %s', (text) => {
    expect(readMarker(text)).toBeUndefined();
  });

  it.each([
    [undefined, undefined, 'no-marker'],
    ['half', undefined, 'no-marker'],
    [makeMarker('other', 1), { id: ID }, 'other'],
    [makeMarker(ID, 1), { id: ID }, ID],
    [makeMarker(ID, 1), undefined, ID],
  ] as const)('%j, where %j is known, means %s', (text, known, meaning) => {
    const check = () => checkMarker('/mnt/nas', text, known);
    if (meaning === ID) expect(check()).toBe(ID);
    else expect(check).toThrow(expect.objectContaining({ fault: meaning }));
  });
});
