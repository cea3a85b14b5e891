import { beforeEach, expect, test } from 'vitest';
import type { RecordingWriter } from './contract.ts';
import type { Recording } from './recording.ts';
import { WriteGuard } from './write-guard.ts';

const FULL = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
const fragment = { data: Buffer.alloc(7) } as Parameters<RecordingWriter['write']>[0];
let lines: string[];
let guard: WriteGuard;
let fault: Error | undefined;
let written: number;
let ended: number;

beforeEach(() => {
  lines = [];
  fault = undefined;
  written = 0;
  ended = 0;
  const say = (line: string) => void lines.push(line);
  guard = new WriteGuard('/spool', { debug() {}, info: say, warn: say, error: say });
});

const disk = async () => {
  if (fault) throw fault;
};
const writer = () =>
  guard.writer(
    { write: disk, complete: async () => ({ id: 'one' }) as Recording },
    {
      wrote: (bytes) => {
        written += bytes;
      },
      ended: () => {
        ended += 1;
      },
    },
  );

test('a full disk is one problem, said once, until a whole recording was written', async () => {
  fault = FULL;
  const harmed = writer();
  await expect(harmed.write(fragment)).rejects.toMatchObject({ problem: { code: 'disk-full' }, cause: FULL });
  await expect(guard.attempt(disk)).rejects.toMatchObject({ problem: { code: 'disk-full' } });
  expect(lines).toHaveLength(1);
  fault = undefined;
  await harmed.complete([]);
  expect(guard.problem).toMatchObject({ code: 'disk-full' });
  const whole = writer();
  await whole.write(fragment);
  await whole.complete([]);
  expect(guard.problem).toBeUndefined();
  expect(lines[1]).toContain('can be written again');
  expect([written, ended]).toEqual([7, 2]);
});
