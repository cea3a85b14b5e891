/** The options of detection, each with type, bounds, title, description and default. `config.ts` puts them together. */
import Type from 'typebox';

/** Of one camera. */
export const detectionSchema = Type.Object(
  {
    motionBy: Type.Enum(['both', 'picture', 'camera'], {
      title: 'Motion seen by',
      description:
        'picture: Doorstep looks at the picture itself, and what the camera says by ONVIF does not count. camera: only what the camera says by ONVIF, webhook or MQTT counts as motion. both: either.',
      default: 'both',
    }),
    smallest: Type.Integer({
      title: 'Smallest motion (% of the height)',
      description:
        'What moves and is lower than this part of the picture does not count. A person ten steps away is about 20, a cat about 8.',
      minimum: 2,
      maximum: 60,
      default: 10,
    }),
    shortest: Type.Number({
      title: 'Shortest motion (seconds)',
      description: 'What moves for a shorter time does not count, like an insect at the lens or a gust.',
      minimum: 0.2,
      maximum: 10,
      default: 0.6,
    }),
    people: Type.Boolean({
      title: 'People',
      description:
        'Recognises that somebody is there, never who. It runs on this machine, and only while something moves.',
      default: true,
    }),
    packages: Type.Boolean({
      title: 'Packages',
      description:
        'Sees packages come and go at the doorstep. It needs People, and a camera that does not move.',
      default: true,
    }),
  },
  { title: 'Detection', default: {}, additionalProperties: false },
);

/** Of the hub: who recognises people, and perhaps packages. */
export const detectorSchema = Type.Object(
  {
    kind: Type.Enum(['built-in', 'onnx', 'program'], {
      title: 'Kind',
      description:
        'built-in: MoveNet, which comes with Doorstep. onnx: a model of your own for ONNX Runtime, which you install yourself. program: a program of your own, for TensorFlow Lite, Coral or Hailo.',
      default: 'built-in',
    }),
    model: Type.Optional(
      Type.String({
        title: 'Model',
        description: 'For onnx: path of the .onnx file, an object detector of the YOLO family.',
        condition: { functionBody: `return model.detector?.kind === 'onnx';` },
        pattern: '^(/|[A-Za-z]:[\\\\/])',
        maxLength: 1024,
      }),
    ),
    labels: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      title: 'Classes of the model',
      description:
        'For onnx: the names of its classes, in order. Those called person and package count; empty: the 80 classes of COCO.',
      condition: { functionBody: `return model.detector?.kind === 'onnx';` },
      default: [],
    }),
    command: Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
      title: 'Program',
      description:
        'For program: its path, then its arguments, one an entry. It reads pictures on its standard input and writes what it sees on its standard output; docs/detection.md says how.',
      condition: { functionBody: `return model.detector?.kind === 'program';` },
      default: [],
    }),
  },
  { title: 'Detector', default: {}, additionalProperties: false },
);
