import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { privateFile } from './text-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorstep-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is not there at first, then holds what was written, for its owner alone', () => {
  const path = join(folder, 'switches.json');
  const file = privateFile(path);
  expect(file.read()).toBeUndefined();
  file.write('one');
  file.write('two');
  expect(file.read()).toBe('two');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['switches.json']);
});

it('is replaced also where an earlier write was cut short', () => {
  const path = join(folder, 'switches.json');
  writeFileSync(`${path}.part`, 'half of something long');
  privateFile(path).write('whole');
  expect(privateFile(path).read()).toBe('whole');
});

it('says when it cannot be read or written', () => {
  const path = join(folder, 'a-folder');
  mkdirSync(path);
  expect(() => privateFile(path).read()).toThrow('EISDIR');
  expect(() => privateFile(join(folder, 'none', 'file')).write('x')).toThrow('ENOENT');
});
