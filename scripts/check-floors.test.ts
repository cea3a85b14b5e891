import { describe, expect, it } from 'vitest';
import { breach, importsOf } from './check-floors.ts';

const wrong = (file: string, specifier: string, typeOnly = false) =>
  breach({ file, specifier, typeOnly }) !== undefined;

describe('floors', () => {
  it.each([
    ['plugin/camera/ring.ts', '../system/clock.ts', false],
    ['plugin/camera/ring.ts', './contract.ts', false],
    ['plugin/camera/ring.ts', '../events/bus.ts', true],
    ['plugin/camera/ring.ts', '../api/server.ts', true],
    ['plugin/recordings/recorder.ts', '../camera/contract.ts', false],
    ['plugin/api/server.ts', '../homekit/snapshot.ts', true],
    ['plugin/platform.ts', './api/server.ts', false],
    ['plugin/cli/demo.ts', '../platform.ts', false],
    ['plugin/platform.ts', './index.ts', true],
    ['ui/src/app.tsx', '../../protocol/event.ts', false],
    ['ui/src/app.tsx', '../../plugin/config.ts', true],
    ['node-red-nodes/lib/connection.ts', '../../protocol/api.ts', false],
    ['plugin/attic/thing.ts', '../system/log.ts', true],
  ])('%s → %s', (file, specifier, expected) => {
    expect(wrong(file, specifier)).toBe(expected);
  });

  it('lets HomeKit rooms import Homebridge, as types alone', () => {
    expect(wrong('plugin/homekit/snapshot.ts', 'homebridge', true)).toBe(false);
    expect(wrong('plugin/homekit/snapshot.ts', 'homebridge')).toBe(true);
    expect(wrong('plugin/camera/ring.ts', 'homebridge', true)).toBe(true);
    expect(wrong('plugin/api/server.ts', 'fastify')).toBe(false);
    expect(wrong('plugin/events/bus.ts', 'fastify')).toBe(true);
  });

  it('finds imports however they are written', () => {
    const text = `import a from './a.ts';\nimport type { B } from './b.ts';\nexport * from './c.ts';\nimport './d.ts';\nimport {\n  e,\n} from './e.ts';\nconst f = await import('./f.ts');`;
    expect(
      importsOf('x.ts', text).map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' type' : ''}`),
    ).toEqual(['./a.ts', './b.ts type', './c.ts', './d.ts', './e.ts', './f.ts']);
  });
});
