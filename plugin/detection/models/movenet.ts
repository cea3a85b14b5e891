/** People by MoveNet MultiPose on TensorFlow.js in WebAssembly: one picture at a time, on one core. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { ready, setBackend, type Tensor, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { Box } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import type { SmallPicture } from '../../camera/small-parser.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import type { Detected, Detector } from '../contract.ts';
import { WHOLE } from '../places.ts';
import { mergeBoxes } from './merge-boxes.ts';
import { lookablePart, type Size, toRgb } from './model-input.ts';
import { besideBundle, readWeights } from './movenet-files.ts';
import { headsOf } from './movenet-heads.ts';
import { inputSize } from './movenet-input.ts';
import { figuresOf } from './movenet-output.ts';

/** The usual picture; looked at once, so that the first real look is as quick as the others. */
const USUAL: Size = { width: 320, height: 180 };

/** Loads the model and looks once. Rejects with a `ProblemError`, `detector-failed`, when that cannot be done. */
export async function openMoveNet(): Promise<MoveNet> {
  const [description, weights] = await Promise.all([
    readWeights('movenet-multipose.json'),
    readWeights('movenet-multipose.bin'),
  ]);
  try {
    await startWasm();
    const detector = new MoveNet(await load(description, weights));
    await detector.detect(grayFrame(USUAL));
    return detector;
  } catch (error) {
    throw new ProblemError(
      {
        code: 'detector-failed',
        what: `The person model cannot run here: ${reason(error)}.`,
        cure: 'Use Node 22 or 24 on a 64-bit system, or switch People off for the cameras; motion goes on without people.',
      },
      { cause: error },
    );
  }
}

export class MoveNet implements Detector {
  readonly name = 'MoveNet MultiPose';
  readonly labels = ['person'] as const;
  readonly #model: GraphModel;

  constructor(model: GraphModel) {
    this.#model = model;
  }

  async detect(frame: SmallFrame, part?: Box): Promise<Detected[]> {
    const looked = part ? lookablePart(part, frame) : WHOLE;
    return mergeBoxes(figuresOf(this.#run(frame, looked), looked));
  }

  /** Where heads may be, of everybody who may be there, to hide them. */
  async heads(picture: SmallPicture): Promise<Box[]> {
    return headsOf(this.#run({ ...picture, at: 0 }, WHOLE));
  }

  #run(frame: SmallFrame, looked: Box): ArrayLike<number> {
    const size = inputSize({
      width: (looked.right - looked.left) * frame.width,
      height: (looked.bottom - looked.top) * frame.height,
    });
    const pixels = toRgb(frame, looked, size, new Int32Array(size.width * size.height * 3));
    return tidy(() => {
      const input = tensor4d(pixels, [1, size.height, size.width, 3], 'int32');
      return (this.#model.execute(input) as Tensor).dataSync();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#model.dispose();
  }
}

async function startWasm(): Promise<void> {
  // In a clone the runtime finds its own file; as built, it lies beside the weights.
  const built = besideBundle('tfjs-backend-wasm-simd.wasm');
  if (existsSync(built)) setWasmPaths(join(dirname(built), '/'));
  if (!(await setBackend('wasm'))) throw new Error('WebAssembly does not start');
  await ready();
}

interface Description {
  format: string;
  signature: object;
  modelTopology: object;
  weightsManifest: { weights: [] }[];
}

function load(description: Buffer, weights: Buffer): Promise<GraphModel> {
  const { format, signature, modelTopology, weightsManifest }: Description = JSON.parse(
    description.toString('utf8'),
  );
  const weightData = new Uint8Array(weights).buffer;
  const weightSpecs = weightsManifest.flatMap((part) => part.weights);
  return loadGraphModel({
    load: async () => ({ format, signature, modelTopology, weightSpecs, weightData }),
  });
}

function grayFrame({ width, height }: Size): SmallFrame {
  const quarter = (width * height) / 4;
  const plane = (size: number) => new Uint8Array(size).fill(128);
  return { width, height, at: 0, luma: plane(width * height), cb: plane(quarter), cr: plane(quarter) };
}
