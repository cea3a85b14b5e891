import { describe, expect, it } from 'vitest';
import { EARLY, LATE, parseTruth } from './truth.ts';

const clip = (fields: object) =>
  parseTruth(JSON.stringify({ clips: [{ file: 'a.mp4', ...fields }] }), 't.json')[0];

const LOWER = [
  [0, 0.4],
  [1, 0.4],
  [1, 1],
  [0, 1],
];

describe('parseTruth', () => {
  it('reads a clip with all that can be said of it', () => {
    expect(
      clip({
        zone: LOWER,
        package: [{ at: 4, phase: 'delivered', tolerance: 2, where: 'left' }],
        people: [{ from: 1, to: 6 }],
        note: 'somebody',
      }),
    ).toEqual({
      file: 'a.mp4',
      zone: [LOWER],
      acts: [
        {
          ...{ at: 4, phase: 'delivered', early: 2, late: 2 },
          where: { left: 0, top: 0, right: 0.42, bottom: 1 },
        },
      ],
      stays: [{ from: 1, to: 6 }],
      withoutPeople: false,
      note: 'somebody',
    });
  });

  it('tells nothing expected from nothing said', () => {
    expect(clip({ package: [] })?.acts).toEqual([]);
    expect(clip({})).toMatchObject({ acts: undefined, stays: undefined, zone: [] });
  });

  it('judges objects without people, unless packages are told too', () => {
    const objects = [{ at: 6, phase: 'removed' }];
    expect(clip({ objects })).toMatchObject({ withoutPeople: true, acts: [{ at: 6, phase: 'removed' }] });
    expect(clip({ objects, package: [] })).toMatchObject({ withoutPeople: false, acts: [] });
  });

  it.each([
    [
      'events for package',
      { events: [{ at: 1, phase: 'delivered' }] },
      { acts: [{ early: EARLY, late: LATE }] },
    ],
    ['other words for a phase', { package: [{ at: 1, phase: 'Taken' }] }, { acts: [{ phase: 'removed' }] }],
    ['several areas', { zone: [LOWER, LOWER] }, { zone: [LOWER, LOWER] }],
    ['folders as Windows writes them', { file: 'a\\b.mp4' }, { file: 'a/b.mp4' }],
  ])('takes %s', (_, fields, expected) => {
    expect(clip(fields)).toMatchObject(expected);
  });

  it('takes a bare list of clips', () => {
    expect(parseTruth('[{"file":"a.mp4"}]', 't.json')).toHaveLength(1);
  });

  it.each([
    ['{', /no JSON/],
    ['{}', /no list "clips"/],
    ['[{}]', /clip 1: "file"/],
    ['[{"file":"a.mp4","package":[{"phase":"delivered"}]}]', /a\.mp4: "at"/],
    ['[{"file":"a.mp4","package":[{"at":3,"phase":"eaten"}]}]', /a\.mp4: "phase" at 3 s/],
    ['[{"file":"a.mp4","package":{}}]', /"package" must be a list/],
    ['[{"file":"a.mp4","people":[{"from":3,"to":2}]}]', /earlier/],
    ['[{"file":"a.mp4","zone":[[0,40],[100,40],[100,100]]}]', /"zone"/],
  ])('says what is broken about %s, and where the format stands', (text, what) => {
    expect(() => parseTruth(text, 't.json')).toThrow(what);
    expect(() => parseTruth(text, 't.json')).toThrow(/t\.json.*docs\/eval\.md/);
  });
});
