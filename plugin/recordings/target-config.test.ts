import { expect, test } from 'vitest';
import type { Config } from '../config.ts';
import { OUTSIDE_WORDS } from '../recording-options.ts';
import { targetConfig, whereOf } from './target-config.ts';

type Options = NonNullable<Config['recordings']['target']>;
const places = { homebridgeStorage: '/hb', embedded: '/hb/doorstep/recordings' };
const target = (parts: Partial<Options>): Options => ({
  kind: 'folder',
  username: '',
  password: '',
  ...parts,
});

test('without a target recordings go into the Homebridge storage', () => {
  const config = targetConfig(undefined, places);
  expect(config).toEqual({
    ...{ kind: 'embedded', path: '/hb/doorstep/recordings', storage: '/hb', allowOutside: false },
  });
  expect(whereOf(config)).toEqual({ kind: 'embedded', where: '/hb/doorstep/recordings' });
});

test.each<[Partial<Options>, object, string]>([
  [
    { kind: 'folder', path: '/mnt/nas' },
    { kind: 'folder', path: '/mnt/nas', storage: '/hb', allowOutside: false },
    '/mnt/nas',
  ],
  [
    { kind: 'webdav', url: 'https://nas:5006/d?key=1', username: 'u', password: 'p' },
    { kind: 'webdav', url: 'https://nas:5006/d?key=1', username: 'u', password: 'p', allowOutside: false },
    'https://nas:5006/d',
  ],
  [
    { kind: 'webdav', url: 'https://nas/d', fingerprint: 'AB:'.repeat(31).concat('CD') },
    { kind: 'webdav', fingerprint: `${'ab'.repeat(31)}cd` },
    'https://nas/d',
  ],
  [
    { kind: 'rclone', remote: 'nas:doorstep', rcloneConfig: '/etc/rclone.conf' },
    { kind: 'rclone', remote: 'nas:doorstep', configFile: '/etc/rclone.conf', program: 'rclone' },
    'nas:doorstep',
  ],
])('%j', (options, expected, where) => {
  const config = targetConfig(target(options), places);
  expect(config).toMatchObject(expected);
  expect(whereOf(config)).toEqual({ kind: options.kind, where });
});

test.each([
  [OUTSIDE_WORDS, true],
  [OUTSIDE_WORDS.toLowerCase(), false],
  [`${OUTSIDE_WORDS}.`, false],
  ['yes', false],
  ['', false],
])('outside the home with the words "%s": %s', (outsideHome, allowOutside) => {
  expect(targetConfig(target({ path: '/mnt/nas', outsideHome }), places)).toMatchObject({ allowOutside });
});

test.each(['folder', 'webdav', 'rclone'] as const)('%s without a place is said', (kind) => {
  expect(() => targetConfig(target({ kind }), places)).toThrow(/does not say where/);
});
