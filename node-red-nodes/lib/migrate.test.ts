import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MIGRATIONS, migrate, versionOf } from './migrate.ts';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  'node-red': { nodes: Record<string, string> };
};
const NODES = Object.keys(manifest['node-red'].nodes);

const common = { id: 'n1', name: '', server: 'hub' };
const events = { ...common, cameras: ['cam-1'], payload: 'text', replay: false };
/** Type, version before, what was saved, what becomes of it. Each step has a row. */
const STEPS: [string, number, object, object][] = [
  ['doorstep-doorbell', 1, events, { ...events, wait: 0 }],
  [
    'doorstep-motion',
    1,
    { ...events, minScore: 0.3, minDuration: 2 },
    { ...events, minScore: 0.3, minDuration: 2, what: 'any', zone: '', wait: 0 },
  ],
  [
    'doorstep-control',
    1,
    { ...common, action: 'ring', camera: 'cam-1' },
    { ...common, action: 'ring', camera: 'cam-1', cameraType: 'hub', duration: '30', durationType: 'num' },
  ],
];
test.each(STEPS)('%s %i: its step', (type, version, before, after) => {
  const step = MIGRATIONS[type]?.find((each) => each.version === version + 1);
  expect(step?.up({ ...before, version })).toEqual({ ...after, version });
});

test('every step has its row', () => {
  const steps = Object.entries(MIGRATIONS).flatMap(([type, list]) =>
    list.map(({ version }) => `${type} ${version}`),
  );
  expect(STEPS.map(([type, version]) => `${type} ${version + 1}`).toSorted()).toEqual(steps.toSorted());
});

test.each([undefined, '', 'x', 0])('version %s is the first', (version) => {
  expect(migrate('doorstep-doorbell', { version })).toMatchObject({ stored: { version: 2, wait: 0 } });
});

test('what is current stays as it is', () => {
  const stored = { version: 2, wait: 500, cameras: [] };
  expect(migrate('doorstep-doorbell', stored)).toEqual({ is: 'current', stored });
  expect(migrate('doorstep-storage', { version: 1, payload: 'text' })).toMatchObject({ is: 'current' });
});

test('what was handed in is not changed', () => {
  const stored = Object.freeze({ version: 1 });
  migrate('doorstep-motion', stored);
  expect(stored).toEqual({ version: 1 });
});

test('what newer nodes saved is left alone', () => {
  expect(migrate('doorstep-motion', { version: 9 })).toEqual({ is: 'newer', version: 9, known: 2 });
  expect(migrate('doorstep-of-later', { version: 2 })).toEqual({ is: 'newer', version: 2, known: 1 });
});

describe.each(NODES)('%s', (type) => {
  test('the editor saves it in the shape of the last step', () => {
    const page = readFileSync(join(root, `${type}.html`), 'utf8');
    expect(page).toContain(`version: { value: ${versionOf(type)} }`);
  });
});
