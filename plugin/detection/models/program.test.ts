import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { plainFrame } from '../../../test/support/plain-frame.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { ProblemError } from '../../system/problem.ts';
import type { Detector } from '../contract.ts';
import { openProgram } from './program.ts';
import { readAnswer, readGreeting } from './program-answer.ts';

const folder = mkdtempSync(join(tmpdir(), 'doorstep-program-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Says what it gets: one person as wide as the first pixel is red. `body` is run for each picture before it answers. */
const program = (greeting: string, body = '') => `
  process.stdout.write(${JSON.stringify(greeting)} + '\\n');
  let held = Buffer.alloc(0), pictures = 0;
  process.stdin.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    const head = /^P6\\n(\\d+) (\\d+)\\n255\\n/.exec(held.toString('latin1', 0, 40));
    if (!head) return;
    const size = head[0].length + head[1] * head[2] * 3;
    if (held.length < size) return;
    const red = held[head[0].length] / 255;
    held = held.subarray(size);
    pictures++;
    ${body}
    console.log(JSON.stringify([{ label: 'person', score: 0.75, box: [0, 0, red, 1] }, { label: 'cat', score: 1, box: [0, 0, 1, 1] }]));
  });`;
const HELLO = '{"name": "Coral", "labels": ["person", "cat", "package"]}';

let files = 0;
function command(text: string): string[] {
  const path = join(folder, `program-${++files}.cjs`);
  writeFileSync(path, text);
  return [process.execPath, path];
}

/** Deadlines and pauses that are long come at once. */
const hasty = {
  ...systemClock,
  after: (ms: number, fn: () => void) => systemClock.after(ms >= 60_000 ? ms : 500, fn),
};
const open = (command: readonly string[], clock = systemClock) =>
  openProgram(command, { startChild, clock, say: () => {} });
const problemOf = (trying: Promise<unknown>) =>
  trying.then(
    () => undefined,
    (error: unknown) => (error instanceof ProblemError ? error.problem : error),
  );
const red = plainFrame({ width: 8, height: 4 }, 81, 90, 240);
const black = plainFrame({ width: 8, height: 4 }, 16);

describe('a detector program', () => {
  it('gets pictures and answers them, in order', async () => {
    await using detector = await open(command(program(HELLO)));
    expect(detector).toMatchObject({ name: 'Coral', labels: ['person', 'package'] });
    const [first, second, third] = await Promise.all([
      detector.detect(red),
      detector.detect(black),
      detector.detect(plainFrame({ width: 128, height: 64 }, 235), {
        left: 0.5,
        top: 0.5,
        right: 1,
        bottom: 1,
      }),
    ]);
    expect(first).toMatchObject([{ label: 'person', score: 0.75, box: { left: 0, top: 0, bottom: 1 } }]);
    expect(first[0]?.box.right).toBeGreaterThan(0.98);
    expect(second).toEqual([]);
    expect(third).toMatchObject([{ box: { left: 0.5, top: 0.5, right: 1, bottom: 1 } }]);
  });

  it.each([
    ['is not named', [], /no program is given/],
    ['is not there', ['/nowhere/at/all'], /ENOENT/],
    ['ends at once', [process.execPath, '-e', 'process.exit(3)'], /ended by itself \(code 3\)/],
    ['says something else first', [process.execPath, '-e', 'console.log("loading")'], /its first line/],
    [
      'knows neither',
      [process.execPath, '-e', `console.log('{"name":"x","labels":["cat"]}')`],
      /its first line/,
    ],
  ])('that %s is a problem in words', async (_, command, words) => {
    const problem = await problemOf(open(command));
    expect(problem).toMatchObject({ code: 'detector-failed', what: expect.stringMatching(words) });
  });

  it('that ends is started again', async () => {
    const once = `if (pictures === 2) process.exit(1);`;
    await using detector = await open(command(program(HELLO, once)));
    await detector.detect(red);
    expect(await problemOf(detector.detect(red))).toMatchObject({
      what: expect.stringContaining('(code 1)'),
    });
    await vi.waitFor(() => detector.detect(red), { timeout: 20_000, interval: 100 });
  });

  it('that does not answer, or not as it should, is a problem', async () => {
    for (const [body, words, clock] of [
      ['return;', 'no answer within 5 s', hasty],
      [`return console.log('{"label": "person"}');`, 'is not understood', systemClock],
    ] as const) {
      await using detector: Detector = await open(command(program(HELLO, body)), clock);
      expect(await problemOf(detector.detect(red))).toMatchObject({ what: expect.stringContaining(words) });
    }
  });
});

describe('what a program writes', () => {
  const whole = { left: 0, top: 0, right: 1, bottom: 1 };

  it('is read, or is not, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        readGreeting(line);
        for (const { box, score } of readAnswer(line, whole) ?? []) {
          expect(box.left >= 0 && box.left < box.right && box.right <= 1).toBe(true);
          expect(score > 0 && score <= 1).toBe(true);
        }
      }),
    );
  });

  it('may carry nothing but label, score and box any further', () => {
    const line = '[{"label": "person", "score": 2, "box": [-1, 0.5, 0.5, 3], "embedding": [1, 2, 3]}]';
    expect(readAnswer(line, whole)).toEqual([
      { label: 'person', score: 1, box: { left: 0, top: 0.5, right: 0.5, bottom: 1 } },
    ]);
  });
});

const DOCS = fileURLToPath(new URL('../../../docs/detection.md', import.meta.url));
const hasPython = spawnSync('python3', ['-c', 'import numpy']).status === 0;
if (!hasPython) console.log('The example in docs/detection.md is not tried: there is no Python with numpy.');

describe.skipIf(!hasPython)('the example in the docs', () => {
  it('answers, with its model replaced by one that sees one person', async () => {
    const [, script = ''] = /```python\n(.*?)```/s.exec(readFileSync(DOCS, 'utf8')) ?? [];
    expect(script).toContain('from tflite_runtime');
    const stub = `
class Interpreter:
    def __init__(self, model_path): pass
    def allocate_tensors(self): pass
    def get_input_details(self): return [{'shape': [1, 300, 300, 3], 'index': 0}]
    def get_output_details(self): return [{'index': index} for index in range(4)]
    def set_tensor(self, index, value): assert value.shape == (1, 300, 300, 3), value.shape
    def invoke(self): pass
    def get_tensor(self, index):
        return [[[[0.1, 0.2, 0.9, 0.6]]], [[0]], [[0.8]], [1]][index]
`;
    const parts = join(folder, 'tflite_runtime');
    mkdirSync(parts);
    writeFileSync(join(parts, '__init__.py'), '');
    writeFileSync(join(parts, 'interpreter.py'), stub);
    const path = join(folder, 'look.py');
    writeFileSync(path, script);
    await using detector = await open(['python3', path]);
    expect(detector.labels).toEqual(['person']);
    const [person] = await detector.detect(plainFrame({ width: 320, height: 180 }, 128));
    expect(person?.score).toBeCloseTo(0.8);
    expect(person?.box).toEqual({ left: 0.2, top: 0.1, right: 0.6, bottom: 0.9 });
  });
});
