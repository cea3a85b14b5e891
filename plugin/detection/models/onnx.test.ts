import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { onnxBytes, type TestModel } from '../../../test/support/onnx-model.ts';
import { plainFrame } from '../../../test/support/plain-frame.ts';
import { ProblemError } from '../../system/problem.ts';
import { openOnnx } from './onnx.ts';

const folder = mkdtempSync(join(tmpdir(), 'doorstep-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function open(model: TestModel, labels: readonly string[]) {
  const path = join(folder, `detector-${++files}.onnx`);
  writeFileSync(path, onnxBytes(model));
  return openOnnx({ model: path, labels, places: [import.meta.dirname] });
}

const none = (count: number) => Array.from({ length: count }, () => 0);
const problemOf = (opening: Promise<unknown>) =>
  opening.then(
    () => undefined,
    (error: unknown) => (error instanceof ProblemError ? error.problem : error),
  );

/** In a square input, a wide picture lies between a quarter and three quarters of the height. */
const wide = plainFrame({ width: 128, height: 64 }, 235);
/** The left half of it, all its height, in pixels of the input. */
const leftHalf = { left: 0, top: 0, right: 0.5, bottom: 1 };

describe('a model of the owner', () => {
  it('of the form [1, 4 + C, N] sees what shines', async () => {
    // Two columns: a person in the left half, and the same once more, a bit smaller and less sure.
    const rows = [
      [16, 17],
      [32, 32],
      [32, 30],
      [32, 30],
      [0.9, 0.5],
      [0, 0],
    ];
    const always = rows.flatMap((row, index) => (index < 4 ? row : [0, 0]));
    const bright = rows.flatMap((row, index) => (index < 4 ? [0, 0] : row));
    await using detector = await open({ output: [1, 6, 2], always, bright }, ['Person', 'package']);
    expect(detector.labels).toEqual(['person', 'package']);
    const [person, ...others] = await detector.detect(wide);
    expect(others).toEqual([]);
    expect(person).toMatchObject({ label: 'person', box: leftHalf });
    // Half of the input is the picture, the rest is gray.
    expect(person?.score).toBeCloseTo(0.9 * (0.5 + (0.5 * 114) / 255), 2);
    expect(await detector.detect(plainFrame({ width: 64, height: 64 }, 16))).toEqual([]);
  });

  it('of the form [1, N, 5 + C] sees packages', async () => {
    const always = [16, 32, 32, 32, 1, 0.1, 0.8];
    await using detector = await open({ output: [1, 1, 7], always, bright: none(7) }, ['person', 'package']);
    const [found] = await detector.detect(wide);
    expect(found).toMatchObject({ label: 'package', box: leftHalf });
    expect(found?.score).toBeCloseTo(0.8, 5);
  });

  it('of the finished form [1, N, 6] gives boxes of the whole picture, also for a part', async () => {
    const always = [0, 16, 32, 48, 0.7, 0, ...none(6)];
    await using detector = await open({ output: [1, 2, 6], always, bright: none(12) }, []);
    expect(detector.labels).toEqual(['person']);
    expect(await detector.detect(wide)).toMatchObject([{ label: 'person', box: leftHalf }]);
    const part = { left: 0.5, top: 0.5, right: 1, bottom: 1 };
    expect(await detector.detect(wide, part)).toMatchObject([
      { box: { left: 0.5, top: 0.5, right: 0.75, bottom: 1 } },
    ]);
  });

  it('that gives a vector is refused, with the red line', async () => {
    for (const output of [[1, 512], [512], [1, 512, 1, 1]]) {
      const opening = open({ output, always: none(512), bright: none(512) }, []);
      expect(await problemOf(opening)).toMatchObject({
        code: 'detector-refused',
        what: expect.stringContaining('one vector for a picture'),
        cure: expect.stringContaining('RED-LINES.md'),
      });
    }
  });

  it('whose boxes carry more than classes is refused', async () => {
    const size = 6 + 128;
    expect(
      await problemOf(
        open({ output: [1, 2, size], always: none(2 * size), bright: none(2 * size) }, ['person']),
      ),
    ).toMatchObject({
      code: 'detector-failed',
      what: expect.stringContaining('1 x 2 x 134, with 1 classes'),
    });
  });

  it('with another input is refused', async () => {
    const model = { input: [1, 64, 64, 3], output: [1, 1, 6], always: none(6), bright: none(6) };
    expect(await problemOf(open(model, []))).toMatchObject({
      what: expect.stringContaining('float32 1 x 64 x 64 x 3'),
    });
  });

  it('that knows neither people nor packages is refused', async () => {
    expect(
      await problemOf(open({ output: [1, 1, 6], always: none(6), bright: none(6) }, ['cat'])),
    ).toMatchObject({ cure: expect.stringContaining('detector.labels') });
  });

  it.each([
    ['is not named', undefined, /no model is given/],
    ['is not there', join(folder, 'nowhere.onnx'), /does not load/],
  ])('that %s is a problem in words', async (_, model, words) => {
    const problem = await problemOf(openOnnx({ model, labels: [], places: [import.meta.dirname] }));
    expect(problem).toMatchObject({ code: 'detector-failed', what: expect.stringMatching(words) });
  });

  it('needs ONNX Runtime, and says how to have it', async () => {
    expect(await problemOf(openOnnx({ model: '/x.onnx', labels: [], places: [folder] }))).toMatchObject({
      what: 'ONNX Runtime is not installed.',
      cure: expect.stringContaining('npm install onnxruntime-node'),
    });
  });
});
