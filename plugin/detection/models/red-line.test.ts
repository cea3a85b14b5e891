/** RED-LINES.md, 1: no face recognition, and no embeddings of people. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../system/problem.ts';
import { PINNED_WEIGHTS, readWeights } from './movenet-files.ts';
import { FIGURES, figuresOf, NUMBERS } from './movenet-output.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Files below a folder of the project, with forward slashes. */
function filesIn(folder: string, fits: (name: string) => boolean): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && fits(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const WEIGHTS =
  /\.(bin|onnx|tflite|pb|pt|pth|h5|safetensors|param|caffemodel|engine|mlmodel|task|gguf|npz)$/i;

describe('the weights', () => {
  it('are those of one model that says where people are', () => {
    expect(Object.keys(PINNED_WEIGHTS)).toEqual(['movenet-multipose.json', 'movenet-multipose.bin']);
  });

  it('are taken as they are pinned', async () => {
    for (const name of ['movenet-multipose.json', 'movenet-multipose.bin'] as const)
      expect((await readWeights(name)).length).toBeGreaterThan(100_000);
  });

  it.each([
    ['others', async () => Buffer.from('another model')],
    ['missing ones', () => Promise.reject(new Error('ENOENT'))],
  ])('that are %s are refused', async (_, read) => {
    const error: unknown = await readWeights('movenet-multipose.bin', read).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ problem: { code: 'detector-failed' } });
  });

  it('are the only ones in the sources', () => {
    const found = [
      'plugin',
      'protocol',
      'simulator',
      'node-red-nodes',
      'ui',
      'scripts',
      'bench',
      'test',
    ].flatMap((folder) => filesIn(folder, (name) => WEIGHTS.test(name)));
    expect(found.filter((path) => !path.includes('/dist/'))).toEqual([]);
  });

  it.skipIf(!existsSync(join(root, 'dist/plugin/detection/models')))(
    'are the only ones in what is packed',
    () => {
      const packed = ['dist/plugin', 'dist/protocol', 'dist/ui'].filter((folder) =>
        existsSync(join(root, folder)),
      );
      expect(packed.flatMap((folder) => filesIn(folder, (name) => WEIGHTS.test(name)))).toEqual([
        'dist/plugin/detection/models/movenet-multipose.bin',
      ]);
    },
  );

  it('are the only ones that the build lays beside the watcher', () => {
    const build = readFileSync(join(root, 'scripts/build-watcher.mjs'), 'utf8');
    expect(build.match(/human-models\/models\/[\w-]+\.\w+/g)).toEqual([
      'human-models/models/movenet-multipose.json',
      'human-models/models/movenet-multipose.bin',
    ]);
  });
});

describe('what leaves a model', () => {
  it('is label, score and box: the points of the body stay inside', () => {
    const output = Array.from({ length: FIGURES * NUMBERS }, (_, index) => (index % NUMBERS) / NUMBERS);
    const found = figuresOf(output, { left: 0, top: 0, right: 1, bottom: 1 });
    expect(found.length).toBeGreaterThan(0);
    for (const one of found) {
      expect(Object.keys(one).sort()).toEqual(['box', 'label', 'score']);
      expect(Object.keys(one.box).sort()).toEqual(['bottom', 'left', 'right', 'top']);
    }
  });
});

describe('the sources', () => {
  /** Models and words of those who tell people apart. */
  const FORBIDDEN =
    /arcface|facenet|insightface|deepface|faceres|mobileface|sphereface|cosface|vggface|openface|dlib_face|osnet|re-?identif|\breid\b|face[-_ ]?(?:embedding|descriptor|vector|recogni[sz]er)|blazeface|facemesh/i;
  const isSource = (name: string) => /\.(ts|tsx|mjs|js)$/.test(name) && !/\.test\.tsx?$/.test(name);

  it('know no model that tells faces or people apart', () => {
    const sources = ['plugin', 'protocol', 'ui/src', 'scripts', 'node-red-nodes'].flatMap((folder) =>
      filesIn(folder, isSource).filter((path) => !path.includes('/dist/')),
    );
    expect(sources.length).toBeGreaterThan(300);
    expect(sources.filter((path) => FORBIDDEN.test(readFileSync(join(root, path), 'utf8')))).toEqual([]);
  });

  it('have no room for it in an event, a decision or what a model may say', () => {
    for (const path of ['protocol/event.ts', 'protocol/detection.ts', 'plugin/detection/contract.ts']) {
      const code = readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect(code).not.toMatch(/\bfaces?\b|embedding|keypoint|landmark|identity|biometric|gender/i);
    }
  });
});
