import { expect, it } from 'vitest';
import { startsServers } from './starts-servers.mjs';

it.each([
  ['systemd', ['/run/systemd/system'], 'systemd', true],
  ['OpenRC', ['/run/openrc'], 'init', true],
  ['SysV init', ['/run/initctl'], 'init', true],
  ['runit, told by its name alone', [], 'runit', true],
  ['a container with an init of its own', ['/run/systemd/system', '/.dockerenv'], 'systemd', true],
  ['a container', ['/.dockerenv', '/run/runit'], 'node', false],
  ['a container whose first process reaps others', ['/.dockerenv'], 'docker-init', false],
] as const)('%s', (_, paths, first, expected) => {
  const exists = (path: string) => (paths as readonly string[]).includes(path);
  const read = (path: string) => (path === '/proc/1/comm' ? `${first}\n` : '');
  expect(startsServers({ exists, read })).toBe(expected);
});
