import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProblemError } from '../system/problem.ts';
import { token } from './token-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorstep-token-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const create = () => token(folder, ['create'], { name: 'Kitchen', json: false }, () => {});

test("in a folder that is not Homebridge's no token is made, nor a file for it", () => {
  expect(create).toThrow(ProblemError);
  expect(readdirSync(folder)).toEqual([]);
});

test("in Homebridge's folder it is", () => {
  writeFileSync(join(folder, 'config.json'), '{}');
  expect(create()).toBe(0);
});
