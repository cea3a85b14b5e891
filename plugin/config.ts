/**
 * The one place where each option has its type, bounds, title, description and default. `config.schema.json` and the option
 * table in `docs/options.md` are generated from it.
 */
import Type, { type Static } from 'typebox';
import { Default, Errors } from 'typebox/value';
import type { Problem } from '../protocol/api.ts';

const rtspUrl = (title: string, description: string) =>
  Type.String({
    title,
    description,
    pattern: '^rtsps?://\\S+$',
    maxLength: 2048,
    placeholder: 'rtsp://user:password@192.168.1.20/stream1',
  });

const port = (title: string, description: string, fallback: number) =>
  Type.Integer({ title, description, minimum: 0, maximum: 65535, default: fallback });

export const cameraSchema = Type.Object(
  {
    name: Type.String({
      title: 'Name',
      description:
        'Shown in HomeKit, Node-RED and the web app. It must start and end with a letter or a digit.',
      // HomeKit shows no emoji and refuses other first and last characters; 63 bytes are what mDNS carries.
      pattern: '^[\\p{L}\\p{N}]$|^[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{P} ]*[\\p{L}\\p{N}]$',
      minLength: 1,
      maxLength: 63,
    }),
    kind: Type.Enum(['doorbell', 'camera'], {
      title: 'Kind',
      description: 'A doorbell rings; a camera only watches.',
      default: 'doorbell',
    }),
    main: rtspUrl('Main stream', 'RTSP address of the full-size stream: live view and recordings.'),
    detect: Type.Optional(
      rtspUrl(
        'Sub-stream',
        'RTSP address of a small stream (about 640x360), for motion and quick snapshots. Without it the main stream serves both.',
      ),
    ),
    transport: Type.Enum(['tcp', 'udp'], {
      title: 'RTSP transport',
      description: 'TCP loses nothing and is right for nearly every camera.',
      default: 'tcp',
    }),
    recordAudio: Type.Boolean({
      title: 'Record sound',
      description:
        'Off by default: in many countries recording speech needs the consent of those who speak. Live view has sound either way.',
      default: false,
    }),
    standalone: Type.Boolean({
      title: 'Own HomeKit accessory',
      description:
        'Pairs as an accessory of its own, so that video takes the short way. Off: part of the Homebridge bridge.',
      default: true,
    }),
  },
  { additionalProperties: false },
);

export const configSchema = Type.Object(
  {
    name: Type.String({
      title: 'Name',
      description: 'Name of this hub in the log.',
      default: 'Doorstep',
      minLength: 1,
      maxLength: 63,
    }),
    ffmpegPath: Type.Optional(
      Type.String({
        title: 'ffmpeg',
        description:
          'Path of the ffmpeg program. Empty: the one that came with the plugin, else the one on PATH.',
        minLength: 1,
      }),
    ),
    api: Type.Object(
      {
        host: Type.String({
          title: 'Address',
          description: 'Network address to listen on; 0.0.0.0 is every one of this machine.',
          default: '0.0.0.0',
          minLength: 1,
        }),
        port: port('Port', 'Port of the web app and of the Node-RED nodes; 0 takes any free one.', 8586),
        allowedHosts: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
          title: 'Further host names',
          description:
            'Names under which browsers reach this hub, besides its addresses, localhost and its .local name.',
          default: [],
        }),
      },
      { title: 'Web app and API', default: {}, additionalProperties: false },
    ),
    recordings: Type.Object(
      {
        keepDays: Type.Integer({
          title: 'Keep for (days)',
          description:
            'Older clips are deleted. Three days are enough to notice that something happened, and short enough to be fair to passers-by.',
          minimum: 1,
          maximum: 365,
          default: 3,
        }),
        minFreeGiB: Type.Number({
          title: 'Leave free (GiB)',
          description: 'The oldest clips go early when the disk has less room than this.',
          minimum: 0,
          maximum: 10000,
          default: 2,
        }),
      },
      { title: 'Recordings', default: {}, additionalProperties: false },
    ),
    cameras: Type.Array(cameraSchema, { title: 'Cameras', default: [] }),
  },
  { additionalProperties: false },
);

export type CameraConfig = Static<typeof cameraSchema>;
export type Config = Static<typeof configSchema>;

export interface ConfigReading {
  config: Config;
  /** One sentence for each thing in the configuration that could not be used, with its cure. */
  problems: Problem[];
}

/**
 * Reads the platform's block of Homebridge's config.json. Never throws: a value that cannot be used is reported and its default
 * taken; a camera that cannot be used is reported and left out; the rest works.
 */
export function readConfig(raw: unknown): ConfigReading {
  const problems: Problem[] = [];
  const source = isRecord(raw) ? withoutEmpty(raw) : {};
  // `platform` and keys with an underscore belong to Homebridge itself (child bridge settings and the like).
  const own = Object.fromEntries(
    Object.entries(source).filter(([key]) => key !== 'platform' && key !== 'cameras' && !key.startsWith('_')),
  );
  const rest = repair(settingsSchema, own, '', problems);
  const cameras: CameraConfig[] = [];
  const listed = source.cameras ?? [];
  if (!Array.isArray(listed)) {
    problems.push(configProblem('cameras', 'must be a list', 'Write "cameras": [ … ] in the configuration.'));
  } else {
    for (const [index, entry] of listed.entries()) {
      const camera = readCamera(entry, index, problems);
      if (camera && cameras.some((other) => other.name === camera.name))
        problems.push(
          configProblem(
            cameraPath(entry, index),
            'has the name of another camera and is left out',
            'Give each camera a name of its own.',
          ),
        );
      else if (camera) cameras.push(camera);
    }
  }
  return { config: { ...rest, cameras }, problems };
}

const { cameras: _cameras, ...settings } = configSchema.properties;
const settingsSchema = Type.Object(settings, { additionalProperties: false });

function readCamera(entry: unknown, index: number, problems: Problem[]): CameraConfig | undefined {
  const path = cameraPath(entry, index);
  const known = isRecord(entry) ? withoutEmpty(entry) : entry;
  if (isRecord(known)) {
    for (const key of Object.keys(known).filter((name) => !(name in cameraSchema.properties))) {
      problems.push(unknownOption(`${path}.${key}`));
      delete known[key];
    }
  }
  const camera = Default(cameraSchema, known);
  const [error] = Errors(cameraSchema, camera);
  if (!error) return camera as CameraConfig;
  problems.push(
    configProblem(
      `${path}${dotted(error.instancePath)}`,
      errorWords(error).what,
      'Correct it in the plugin settings; the camera is left out until then.',
    ),
  );
  return undefined;
}

/** Takes defaults for what is missing or wrong, and reports what was wrong. */
function repair<S extends typeof settingsSchema>(
  schema: S,
  value: Record<string, unknown>,
  path: string,
  problems: Problem[],
): Static<S> {
  const result = structuredClone(value);
  for (const error of Errors(schema, Default(schema, structuredClone(value)))) {
    // An unknown option is reported twice: as itself, and by the `additionalProperties` of its object.
    if (error.keyword === 'boolean') continue;
    const { what, keys } = errorWords(error);
    const at = error.instancePath.split('/').slice(1);
    if (keys) {
      for (const key of keys) {
        problems.push(unknownOption([...at, key].join('.')));
        removeAt(result, [...at, key]);
      }
      continue;
    }
    problems.push(
      configProblem(
        `${path}${at.join('.')}`,
        what,
        'Its default is used until it is corrected in the plugin settings.',
      ),
    );
    removeAt(result, at);
  }
  return Default(schema, result) as Static<S>;
}

function removeAt(target: Record<string, unknown>, path: readonly string[]): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  const next = target[key];
  if (rest.length > 0 && isRecord(next)) removeAt(next, rest);
  else delete target[key];
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  params: object;
  message: string;
}

function errorWords(error: SchemaError): { what: string; keys?: string[] } {
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'additionalProperties')
    return { what: 'is unknown', keys: params.additionalProperties as string[] };
  if (error.keyword === 'enum')
    return { what: `must be one of ${(params.allowedValues as string[]).join(', ')}` };
  if (error.keyword === 'required')
    return { what: `lacks ${(params.requiredProperties as string[]).join(', ')}` };
  if (error.keyword === 'pattern' && /\/(main|detect)$/.test(error.instancePath))
    return { what: 'is not an RTSP address (rtsp://user:password@address/stream)' };
  if (error.keyword === 'pattern')
    return { what: 'must start and end with a letter or digit, without emoji' };
  return { what: error.message };
}

const configProblem = (path: string, what: string, cure: string): Problem => ({
  code: 'config',
  what: `Configuration: ${path || 'the block'} ${what}.`,
  cure,
});

const unknownOption = (path: string): Problem => ({
  code: 'config-unknown-option',
  what: `Configuration: "${path}" is not an option of this version and is ignored.`,
  cure: 'Remove it, or check its spelling in docs/options.md.',
});

function cameraPath(entry: unknown, index: number): string {
  const name = isRecord(entry) && typeof entry.name === 'string' && entry.name ? ` (${entry.name})` : '';
  return `camera ${index + 1}${name}`;
}

const dotted = (pointer: string) => (pointer ? `, ${pointer.slice(1).replaceAll('/', '.')},` : '');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The settings form writes empty strings and nulls for fields that were left blank. */
function withoutEmpty(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== '' && entry !== null && entry !== undefined)
      .map(([key, entry]) => [key, isRecord(entry) ? withoutEmpty(entry) : entry]),
  );
}
