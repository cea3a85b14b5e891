/** Finds ONNX Runtime, which the owner installs: it is too large to come with Doorstep. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProblemError } from '../../system/problem.ts';

/** The part of ONNX Runtime that is used, the same in both of its packages. */
export interface OnnxRuntime {
  InferenceSession: { create(path: string, options?: object): Promise<OnnxSession> };
  Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OnnxTensor;
}

export interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<unknown>;
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** A side that is not fixed has a name in place of a number. */
  readonly inputMetadata: readonly {
    readonly type?: string;
    readonly shape?: readonly (number | string)[];
  }[];
  run(inputs: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
  release(): Promise<void>;
}

/** The native one is about six times as quick; the other runs everywhere. */
const PACKAGES = ['onnxruntime-node', 'onnxruntime-web'] as const;

/**
 * The first of both packages that is installed and loads. Rejects with a `ProblemError` when there is none.
 *
 * @param places folders from which modules are looked for
 */
export async function findOnnxRuntime(places: readonly string[]): Promise<OnnxRuntime> {
  let failure: unknown;
  for (const name of PACKAGES) {
    for (const place of places) {
      const path = resolveFrom(place, name);
      if (path === undefined) continue;
      try {
        const module: OnnxRuntime & { default?: OnnxRuntime } = await import(pathToFileURL(path).href);
        // From CommonJS, all may come as the default.
        return module.InferenceSession ? module : (module.default ?? module);
      } catch (error) {
        failure ??= error;
      }
    }
  }
  throw new ProblemError(
    {
      code: 'detector-failed',
      what: failure ? 'ONNX Runtime is installed, but does not load.' : 'ONNX Runtime is not installed.',
      cure: `Run "npm install ${PACKAGES[0]}" in the Homebridge storage folder (where that has no build for this machine: ${PACKAGES[1]}), then restart Homebridge.`,
    },
    { cause: failure },
  );
}

function resolveFrom(place: string, name: string): string | undefined {
  try {
    return createRequire(join(place, 'from-here.js')).resolve(name);
  } catch {
    return undefined;
  }
}
