/** The watcher as it is published: bundled, with its weights beside it, and without the packages that it was made of. */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { PINNED_WEIGHTS } from '../../plugin/detection/models/movenet-files.ts';
import { startWatcher } from '../../plugin/detection/watcher/watcher.ts';
import { startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { repository } from '../support/house.ts';
import { plainFrame } from '../support/plain-frame.ts';

const detection = join(repository, 'dist/plugin/detection');

it('loads its model, and looks', async () => {
  const problems: string[] = [];
  const write = (line: string) => problems.push(line);
  const hub = startWatcher(
    { detector: { kind: 'built-in', labels: [], command: [] }, storagePath: detection },
    {
      ...{ startChild, clock: systemClock, main: join(detection, 'watcher/main.js') },
      log: { debug() {}, info() {}, warn: write, error: write },
    },
  );
  try {
    const camera = hub.open(
      'door',
      {
        zones: { doorstep: [], motion: [], ignore: [] },
        ...{ people: true, packages: true, smallest: 0.1, shortestMs: 600 },
        leanings: { motion: 0, person: 0, package: 0 },
      },
      () => {},
    );
    camera.push({ ...plainFrame({ width: 320, height: 180 }, 100), at: 1000 });
    const seen = async () =>
      expect(await camera.info()).toMatchObject({ at: 1000, model: 'MoveNet MultiPose' });
    await vi.waitFor(seen, { timeout: 100_000, interval: 200 });
    expect(problems).toEqual([]);
  } finally {
    await hub[Symbol.asyncDispose]();
  }
});

it('is published once: what is in the bundle does not lie beside it', () => {
  const scripts = readdirSync(detection, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.js'),
  );
  expect(scripts).toEqual(expect.arrayContaining(['watch-camera.js', join('watcher', 'watcher.js')]));
  expect(scripts.filter((path) => /^(sight\.js$|(motion|people|packages|models)[\\/])/.test(path))).toEqual(
    [],
  );
});

it('brings its weights and their licence, and asks for no package that is not installed with it', () => {
  expect(readdirSync(join(detection, 'models')).sort()).toEqual([
    'LICENSE',
    ...Object.keys(PINNED_WEIGHTS).sort(),
    'tfjs-backend-wasm-simd.wasm',
    'tfjs-backend-wasm.wasm',
  ]);
  expect(readFileSync(join(detection, 'models/LICENSE'), 'utf8')).toMatch(/MoveNet[\s\S]*Apache License/);
  const { dependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const bundles = readdirSync(join(detection, 'watcher')).filter((name) =>
    /^(main|bundled-.*)\.js$/.test(name),
  );
  const asked = bundles.flatMap((name) => {
    const code = readFileSync(join(detection, 'watcher', name), 'utf8');
    const imports = /(?:^|[;}])import\s*(?:[\w*{][^'"();]*from\s*)?["']([^"'.][^"']*)["']/g;
    return [...code.matchAll(imports)].map((match) => match[1] ?? '').filter((path) => !isBuiltin(path));
  });
  expect(asked.length).toBeGreaterThan(0);
  for (const name of asked) expect(Object.keys(dependencies)).toContain(name.split('/')[0]);
});
