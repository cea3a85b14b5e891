/** A detector of the owner's, as an ONNX file of the YOLO family. */
import { basename } from 'node:path';
import type { Box } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import type { Detected, Detector } from '../contract.ts';
import { WHOLE } from '../places.ts';
import { COCO_LABELS } from './coco-classes.ts';
import { innerOf, letterbox, outOfLetterbox } from './letterbox.ts';
import { mergeBoxes } from './merge-boxes.ts';
import { lookablePart, type Size } from './model-input.ts';
import { findOnnxRuntime, type OnnxRuntime, type OnnxSession } from './onnx-runtime.ts';
import { formOf, isVector, readYolo, type YoloForm } from './yolo-output.ts';

export interface OnnxOptions {
  /** Path of the file. */
  model: string | undefined;
  /** Names of its classes, in order; empty: those of COCO. */
  labels: readonly string[];
  /** Folders from which ONNX Runtime is looked for. */
  places: readonly string[];
}

const LEAST_SCORE = 0.15;
/** Of thousands, so many are looked at for doubles. */
const MOST_FOUND = 200;
/** For a side that the model leaves open. */
const OPEN_SIDE = 320;

/** Loads the model and looks once. Rejects with a `ProblemError`: `detector-failed`, or `detector-refused` for one that is no detector. */
export async function openOnnx({ model, labels, places }: OnnxOptions): Promise<Detector> {
  if (model === undefined)
    throw failed(
      'The detector is "onnx", and no model is given.',
      'Give the path of the .onnx file as detector.model.',
    );
  const runtime = await findOnnxRuntime(places);
  const session = await load(runtime, model);
  try {
    const detector = new OnnxDetector(basename(model), runtime, session, labels);
    await detector.warmUp();
    return detector;
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function load(runtime: OnnxRuntime, model: string): Promise<OnnxSession> {
  try {
    return await runtime.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  } catch (error) {
    throw failed(
      `The model ${model} does not load: ${reason(error)}`,
      'Check the path, and that it is a whole ONNX file of a kind that this ONNX Runtime knows.',
      error,
    );
  }
}

class OnnxDetector implements Detector {
  readonly name: string;
  readonly labels: readonly Detected['label'][];
  readonly #runtime: OnnxRuntime;
  readonly #session: OnnxSession;
  /** What each class of the model means here. */
  readonly #classes: readonly (Detected['label'] | undefined)[];
  readonly #size: Size;

  constructor(name: string, runtime: OnnxRuntime, session: OnnxSession, labels: readonly string[]) {
    this.name = name;
    this.#runtime = runtime;
    this.#session = session;
    this.#classes = (labels.length > 0 ? labels : COCO_LABELS).map(labelOf);
    this.labels = (['person', 'package'] as const).filter((label) => this.#classes.includes(label));
    if (this.labels.length === 0)
      throw failed(
        `None of the classes of ${name} is called person or package.`,
        'Name its classes as detector.labels, in their order.',
      );
    this.#size = inputSizeOf(name, session);
  }

  async detect(frame: SmallFrame, part?: Box): Promise<Detected[]> {
    const looked = part ? lookablePart(part, frame) : WHOLE;
    const inner = innerOf(
      {
        width: (looked.right - looked.left) * frame.width,
        height: (looked.bottom - looked.top) * frame.height,
      },
      this.#size,
    );
    const { form, numbers } = await this.#run(letterbox(frame, looked, this.#size, inner));
    const found = readYolo(form, numbers, LEAST_SCORE);
    const detected = found.flatMap((one): Detected[] => {
      const label = this.#classes[one.label];
      const box = outOfLetterbox(one.box, inner, looked);
      return label && box ? [{ label, score: Math.min(1, one.score), box }] : [];
    });
    return mergeBoxes(detected.sort((a, b) => b.score - a.score).slice(0, MOST_FOUND));
  }

  /** Refuses a model whose output is none of a detector. */
  async warmUp(): Promise<void> {
    await this.#run(new Float32Array(3 * this.#size.width * this.#size.height));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }

  async #run(pixels: Float32Array): Promise<{ form: YoloForm; numbers: ArrayLike<number> }> {
    const input = new this.#runtime.Tensor('float32', pixels, [1, 3, this.#size.height, this.#size.width]);
    const outputs = await this.#session.run({ [this.#session.inputNames[0] ?? '']: input });
    const tensors = this.#session.outputNames.flatMap((name) => outputs[name] ?? []);
    const classes = this.#classes.length;
    if (tensors.some(({ dims }) => isVector(dims) && !formOf(dims, classes))) throw notADetector(this.name);
    // Some give maps of their inner layers as well.
    for (const { type, dims, data } of tensors) {
      const form = formOf(dims, classes);
      if (form && type === 'float32') return { form, numbers: data as ArrayLike<number> };
    }
    const shapes = tensors.map(({ type, dims }) => `${type} ${dims.join(' x ')}`).join(', ');
    throw failed(
      `The output of ${this.name} is not understood: ${shapes}, with ${classes} classes.`,
      'Name all its classes as detector.labels, and export it as a detector of the YOLO family with float32 numbers.',
    );
  }
}

function labelOf(name: string): Detected['label'] | undefined {
  const word = name.trim().toLowerCase();
  return word === 'person' || word === 'package' ? word : undefined;
}

function inputSizeOf(name: string, session: OnnxSession): Size {
  const { type, shape = [] } = session.inputMetadata[0] ?? {};
  const [batch, colours, height, width] = shape;
  const fits = (side: number | string | undefined, wanted: number) =>
    typeof side !== 'number' || side === wanted;
  if (
    session.inputNames.length !== 1 ||
    type !== 'float32' ||
    shape.length !== 4 ||
    !fits(batch, 1) ||
    !fits(colours, 3)
  )
    throw failed(
      `The input of ${name} is not understood: ${type} ${shape.join(' x ')}.`,
      'Export it with one input of 1 x 3 x height x width, float32.',
    );
  const side = (value: number | string | undefined) => (typeof value === 'number' ? value : OPEN_SIDE);
  return { width: side(width), height: side(height) };
}

const failed = (what: string, cure: string, cause?: unknown) =>
  new ProblemError({ code: 'detector-failed', what, cure }, { cause });

const notADetector = (name: string) =>
  new ProblemError({
    code: 'detector-refused',
    what: `${name} gives one vector for a picture, as models do that tell faces or people apart; Doorstep takes none of those, whoever asks.`,
    cure: 'Give a detector: a model that says where a person or a package is. RED-LINES.md says why.',
  });
