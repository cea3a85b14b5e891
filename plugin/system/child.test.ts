import { expect, test } from 'vitest';
import { startChild } from './child.ts';

test.each([
  ['is not there', '/nowhere/at/all', 'ENOENT'],
  ['lies below a file', '/etc/passwd/x', 'ENOTDIR'],
  ['cannot be named', 'a\0b', 'ERR_INVALID_ARG_VALUE'],
])('a program that %s is a child that has ended with an error', async (_, file, code) => {
  await using child = startChild(file, [], { stdin: true, outputs: 2 });
  expect(child.pid).toBeUndefined();
  expect(await child.exited).toMatchObject({ code: null, signal: null, error: { code } });
  expect((await child.stop()).error).toBeDefined();
});

/** In a process of its own: uses up all file descriptors, then starts a program. */
const EXHAUST = `
  const { openSync } = await import('node:fs');
  const { startChild } = await import(process.argv[1]);
  const files = [];
  try { for (;;) files.push(openSync('/dev/null')); } catch {}
  const child = startChild(process.execPath, ['--version'], { outputs: 2 });
  const { error } = await child.exited;
  await child.stop();
  console.log(JSON.stringify({ code: error?.code, outputs: child.outputs.length }));
  process.exit(0);
`;

test('without a file descriptor left, a child has ended with an error', async () => {
  const module = new URL('./child.ts', import.meta.url).href;
  const node = [process.execPath, '--input-type=module', '-e', EXHAUST, module];
  await using child = startChild('/bin/sh', ['-c', 'ulimit -n 60 && exec "$@"', 'sh', ...node]);
  let text = '';
  child.outputs[0]?.on('data', (chunk) => {
    text += chunk;
  });
  await child.exited;
  expect(JSON.parse(text)).toEqual({ code: 'EMFILE', outputs: 0 });
});
