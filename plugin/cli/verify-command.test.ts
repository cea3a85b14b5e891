import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bagFacts, bagHouse } from '../../test/support/bag-house.ts';
import { storageFolder } from '../hub/storage-folder.ts';
import { openAuditLog } from '../sharing/audit/audit-log.ts';
import { excerptOf } from '../sharing/audit/excerpt.ts';
import { headLine } from '../sharing/audit/heads.ts';
import { logPaths } from '../sharing/audit/log-files.ts';
import type { BagFacts } from '../sharing/bag/contract.ts';
import { writeBag } from '../sharing/bag/write-bag.ts';
import { openSigner } from '../sharing/keys.ts';
import { sharingFolder } from '../sharing/sharing-folder.ts';
import { systemClock } from '../system/clock.ts';
import { type VerifyResult, verify } from './verify-command.ts';

let house: ReturnType<typeof bagHouse>;
let storage: string;
let folders: ReturnType<typeof sharingFolder>;
let printed: string;
let noted: string;
beforeEach(() => {
  house = bagHouse();
  storage = join(house.root, 'homebridge');
  folders = sharingFolder(storageFolder(storage).sharing);
  printed = '';
  noted = '';
});
afterEach(() => house[Symbol.dispose]());

const terminal = {
  print: (text: string) => {
    printed = text;
  },
  note: (text: string) => {
    noted = text;
  },
  colour: false,
  width: 100,
};
const run = (bag?: string, flags: { json?: boolean; log?: boolean; head?: string } = {}) =>
  verify(storage, bag, { json: false, log: false, ...flags }, terminal, new AbortController().signal);
const result = () => JSON.parse(printed) as VerifyResult;

/** Shares once, and gives the head that left the house with it. */
async function share() {
  const options = { folder: folders.log, signer: openSigner(folders.keys), clock: systemClock, log: console };
  await using log = await openAuditLog(options);
  await log.append({ at: 1, kind: 'release-ended', facts: { share: 'one', outcome: 'delivered' } });
  return { head: await log.signedHead(), lines: await log.lines() };
}
function mailed(text: string): string {
  const path = join(house.root, 'mail.txt');
  writeFileSync(path, text);
  return path;
}

describe('the log of this house', () => {
  test('is not there where nothing was ever shared', async () => {
    expect(await run()).toBe(0);
    expect(printed.replace(/\s+/g, ' ')).toMatch(
      /^There is no log of shares in .*: nothing was ever shared from here\.$/,
    );
  });

  test('is right, and holds what an old head told of', async () => {
    const { head } = await share();
    await share();
    expect(await run()).toBe(0);
    expect(printed).toContain('✓ All 3 entries are there, in order and unchanged.');
    expect(printed.replace(/\s+/g, ' ')).toContain(
      `signed heads of the key ${openSigner(folders.keys).keyId}.`,
    );
    expect(await run(undefined, { head: mailed(`Log-Head: ${headLine(head)}`) })).toBe(0);
    expect(printed).toContain('It still holds what 1 head kept elsewhere told of.');
    expect(await run(undefined, { json: true, head: mailed(head.note) })).toBe(0);
    expect(result().log).toMatchObject({ ok: true, entries: 3, outsideHeads: 1, where: folders.log });
  });

  test('is wrong: the line is named', async () => {
    await share();
    const { lines } = logPaths(folders.log);
    writeFileSync(lines, readFileSync(lines, 'utf8').replace('"delivered"', '"failed"'));
    expect(await run()).toBe(1);
    expect(printed).toContain('✗ The head of');
    expect(printed.replace(/\s+/g, ' ')).toContain('line 2 was changed after it was signed.');
  });

  test('ends in what a power cut left', async () => {
    await share();
    const { lines } = logPaths(folders.log);
    writeFileSync(lines, `${readFileSync(lines, 'utf8')}{"bo`);
    expect(await run()).toBe(0);
    expect(printed).toContain('the rest of one that was never finished');
  });

  test.each([
    ['removed, with the heads', 'the log was removed', () => rmSync(folders.log, { recursive: true })],
    ['emptied', 'The log is empty', () => truncateSync(logPaths(folders.log).lines, 0)],
  ])('was %s', async (_, why, change) => {
    const { head } = await share();
    change();
    expect(await run()).toBe(1);
    expect(printed).toContain(why);
    expect(await run(undefined, { json: true, head: mailed(head.note) })).toBe(1);
  });

  test.each([
    ['is not there', '/no/such/file', /could not be read/],
    ['holds none', import.meta.filename, /There is no head of a log in/],
  ])('cannot be held against a head whose file %s', async (_, head, why) => {
    expect(await run(undefined, { head })).toBe(2);
    expect(noted).toMatch(why);
    expect(await run(undefined, { head, json: true })).toBe(2);
    expect(JSON.parse(printed)).toMatchObject({ error: { code: 'no-head' } });
  });
});

describe('a bag', () => {
  const made = async (log: Partial<BagFacts> = {}) => {
    const { logHead: _, ...facts } = bagFacts;
    const options = { ...house.options, signer: openSigner(folders.keys) };
    return (await writeBag({ ...facts, custodyLines: [], ...log }, [house.clip()], options)).folder;
  };

  test('is whole, and signed by this house; the log is not looked at', async () => {
    const bag = await made();
    await share();
    expect(await run(bag)).toBe(0);
    expect(printed).toContain('That is the key of this house.');
    expect(printed).not.toContain('Log of shares');
    expect(await run(bag, { log: true, json: true })).toBe(0);
    expect(result()).toMatchObject({ log: { ok: true }, bag: { ok: true, ownKey: true, where: bag } });
  });

  test('was changed', async () => {
    const bag = await made();
    writeFileSync(join(bag, 'bag-info.txt'), 'other');
    expect(await run(bag)).toBe(1);
    expect(printed).toContain('✗ "bag-info.txt" has been changed');
  });

  test('is not there', async () => {
    expect(await run(join(house.root, 'none'), { json: true })).toBe(2);
    expect(JSON.parse(printed)).toMatchObject({ error: { code: 'no-bag' } });
  });

  test('shows the head of the log to whoever holds it against it', async () => {
    const { head, lines } = await share();
    const bag = await made({
      logHead: head,
      custodyLines: excerptOf(lines, ({ facts }) => facts.share === 'one'),
    });
    expect(await run(bag)).toBe(0);
    expect(await run(undefined, { head: join(bag, 'data', 'provenance.json') })).toBe(0);
    expect(printed).toContain('It still holds what 1 head kept elsewhere told of.');
  });
});
