import { expect, test } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { PorchCount } from './porch-count.ts';

const here = { id: 'p', count: 1, deliveredAt: 1, eventId: 'e', confirmed: true };
const told = (camera: string, count: number): DoorstepEvent => ({
  ...{ schema: 1, id: 'e1', seq: 1, kind: 'package', phase: 'removed', at: 1, detectedAt: 1, sentAt: 1 },
  camera: { id: camera, name: camera, slug: camera },
  package: { id: 'p', count },
});

test('the hub says how it is, events say how it becomes', () => {
  const porch = new PorchCount();
  expect(porch.total([])).toBe(0);
  porch.start([
    { id: 'a', packages: [here, { ...here, count: 2 }] },
    { id: 'b', packages: [here] },
  ]);
  expect(porch.total([])).toBe(4);
  porch.take(told('a', 1));
  expect(porch.total([])).toBe(2);
  porch.start([{ id: 'a', packages: [] }]);
  expect(porch.total([])).toBe(0);
});

test('only the cameras that are asked about count', () => {
  const porch = new PorchCount();
  porch.start([
    { id: 'a', packages: [here] },
    { id: 'b', packages: [here] },
  ]);
  expect([porch.total(['b']), porch.total(['b', 'c']), porch.total([])]).toEqual([1, 1, 2]);
});
