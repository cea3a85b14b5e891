/** Tiny ONNX models for tests, as the protobuf bytes that they are (onnx.proto). They shine with the picture, and see the same each time. */

/** Numbers of fields, as onnx.proto has them. */
const MODEL = { irVersion: 1, graph: 7, opset: 8 };
const OPSET = { domain: 1, version: 2 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, integer: 3, type: 20 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const VALUE = { name: 1, type: 2 };
const FLOAT = 1;
const INTEGER_ATTRIBUTE = 2;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);

function bytes(field: number, ...value: (Buffer | string)[]): Buffer {
  const whole = Buffer.concat(value.map((part) => Buffer.from(part as Buffer)));
  return Buffer.concat([varint(field * 8 + 2), varint(whole.length), whole]);
}

/** A float tensor that the model knows by heart. */
function tensor(name: string, dims: readonly number[], values: readonly number[]): Buffer {
  const raw = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) raw.writeFloatLE(value, 4 * index);
  return bytes(
    GRAPH.initializer,
    ...dims.map((side) => number(TENSOR.dims, side)),
    number(TENSOR.dataType, FLOAT),
    bytes(TENSOR.name, name),
    bytes(TENSOR.rawData, raw),
  );
}

function value(field: number, name: string, dims: readonly number[]): Buffer {
  const shape = dims.map((side) => bytes(1, number(1, side)));
  return bytes(
    field,
    bytes(VALUE.name, name),
    bytes(VALUE.type, bytes(1, number(1, FLOAT), bytes(2, ...shape))),
  );
}

function node(op: string, inputs: readonly string[], output: string, ...attributes: Buffer[]): Buffer {
  return bytes(
    GRAPH.node,
    ...inputs.map((input) => bytes(NODE.input, input)),
    bytes(NODE.output, output),
    bytes(NODE.opType, op),
    ...attributes,
  );
}

const withoutDims = bytes(
  NODE.attribute,
  bytes(ATTRIBUTE.name, 'keepdims'),
  number(ATTRIBUTE.integer, 0),
  number(ATTRIBUTE.type, INTEGER_ATTRIBUTE),
);

export interface TestModel {
  /** Sides of the input; default 1 x 3 x 64 x 64. */
  input?: readonly number[];
  output: readonly number[];
  /** What it gives: `always`, and `bright` times the mean of its input. */
  always: readonly number[];
  bright: readonly number[];
}

/** A model that gives `always + bright * mean(input)`. */
export function onnxBytes({ input = [1, 3, 64, 64], output, always, bright }: TestModel): Buffer {
  return Buffer.concat([
    number(MODEL.irVersion, 8),
    bytes(
      MODEL.graph,
      node('ReduceMean', ['images'], 'mean', withoutDims),
      node('Mul', ['bright', 'mean'], 'shine'),
      node('Add', ['always', 'shine'], 'output0'),
      bytes(GRAPH.name, 'test'),
      tensor('always', output, always),
      tensor('bright', output, bright),
      value(GRAPH.input, 'images', input),
      value(GRAPH.output, 'output0', output),
    ),
    bytes(MODEL.opset, bytes(OPSET.domain, ''), number(OPSET.version, 13)),
  ]);
}
