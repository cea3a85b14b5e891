import { describe, expect, it } from 'vitest';
import { identifyCameras, slugOf } from './identity.ts';

const ids = () => {
  let n = 0;
  return () => `new-${++n}`;
};

describe('identifyCameras', () => {
  const door = { id: 'a', name: 'Front door', stream: 'rtsp://10.0.0.2/main' };
  const yard = { id: 'b', name: 'Yard', stream: 'rtsp://10.0.0.3/main' };

  it.each([
    ['the same camera', [{ name: 'Front door', main: 'rtsp://10.0.0.2/main' }], ['a']],
    ['a new address', [{ name: 'Front door', main: 'rtsp://10.0.0.9/main' }], ['a']],
    ['a new name', [{ name: 'Entrance', main: 'rtsp://me:pw@10.0.0.2/main' }], ['a']],
    ['a new camera', [{ name: 'Garage', main: 'rtsp://10.0.0.4/main' }], ['new-1']],
    [
      'two cameras that swap places',
      [
        { name: 'Yard', main: 'rtsp://10.0.0.2/main' },
        { name: 'Front door', main: 'rtsp://10.0.0.3/main' },
      ],
      ['b', 'a'],
    ],
    [
      'a newcomer at the address of a camera that kept its name elsewhere',
      [
        { name: 'Entrance', main: 'rtsp://10.0.0.2/main' },
        { name: 'Front door', main: 'rtsp://10.0.0.8/main' },
      ],
      ['new-1', 'a'],
    ],
  ])('%s', (_, configured, expected) => {
    expect(identifyCameras(configured, [door, yard], ids()).refs.map(({ id }) => id)).toEqual(expected);
  });

  it('remembers cameras that are gone for now, and no password', () => {
    const { known } = identifyCameras(
      [{ name: 'Yard', main: 'rtsp://me:secret@10.0.0.3/main' }],
      [door, yard],
      ids(),
    );
    expect(known).toEqual([yard, door]);
  });

  it.each(['me:se/cret', 'me:se#cr@et', 'me:se?cret'])('keeps nothing of the password of %s', (user) => {
    const { known } = identifyCameras(
      [{ name: 'Yard', main: `rtsp://${user}@10.0.0.3/main` }],
      [yard],
      ids(),
    );
    expect(known).toEqual([yard]);
  });

  it('numbers equal slugs', () => {
    const cameras = ['Front door', 'Front-door', 'Türe!', '門'].map((name) => ({
      name,
      main: `rtsp://${name}`,
    }));
    expect(identifyCameras(cameras, [], ids()).refs.map(({ slug }) => slug)).toEqual([
      'front-door',
      'front-door-2',
      'ture',
      'camera',
    ]);
  });
});

describe('slugOf', () => {
  it.each([
    ['Haustür Süd', 'haustur-sud'],
    ['Straße 5', 'strasse-5'],
    ['  --  ', 'camera'],
    ['x'.repeat(80), 'x'.repeat(40)],
  ])('%j → %s', (name, slug) => expect(slugOf(name)).toBe(slug));
});
