import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { bagFacts, bagHouse } from '../../../test/support/bag-house.ts';
import { makeAuthority } from '../../../test/support/timestamp-authority.ts';
import { removeHalfMade } from './made-whole.ts';
import { writeBag } from './write-bag.ts';

const house = bagHouse();
afterAll(() => house[Symbol.dispose]());

/** What is in the place for bags, half made or whole. */
const left = () => (existsSync(house.folder) ? readdirSync(house.folder) : []);

it('is not there after a kill half-way, and what is left of it goes at the next start', async () => {
  const authority = await makeAuthority(join(house.root, 'authority'));
  const { viewing } = house.clip();
  const modules = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    const { writeBag } = await import(${modules('./write-bag.ts')});
    const { bagFacts, clipFacts, fixedSigner } = await import(${modules('../../../test/support/bag-house.ts')});
    const timestamp = { certificate: ${JSON.stringify(authority.certificate)}, ask: () => new Promise(() => {}) };
    setInterval(() => {}, 1000);
    await writeBag(bagFacts, [{ facts: clipFacts, viewing: ${JSON.stringify(viewing)} }], {
      folder: ${JSON.stringify(house.folder)}, footage: ${JSON.stringify(house.options.footage)},
      signer: fixedSigner(7), timestamp, signal: new AbortController().signal,
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: 'inherit',
  });
  try {
    await vi.waitFor(() => expect(left()).toHaveLength(1), { timeout: 20_000 });
    // All but what it still waits for.
    await vi.waitFor(
      () => expect(readdirSync(join(house.folder, left()[0] ?? ''))).toContain('allowed_signers'),
      { timeout: 20_000 },
    );
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  expect(left()).toEqual([expect.stringMatching(/^\.share-2026-0001\.part-\w{6}$/)]);
  mkdirSync(join(house.folder, 'other'));
  await removeHalfMade(house.folder);
  expect(left()).toEqual(['other']);
  await writeBag(bagFacts, [house.clip()], house.options);
});
