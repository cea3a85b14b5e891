import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startNas } from './nas-server.ts';

it('leaves no folder behind when its files cannot be written', async () => {
  const folders: string[] = [];
  const start = startNas(async ({ served, own }) => {
    folders.push(served, own);
    throw new Error('no room');
  });
  await expect(start).rejects.toThrow('no room');
  expect(folders.map(existsSync)).toEqual([false, false]);
});
