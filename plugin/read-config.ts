/** From Homebridge's config.json to a configuration that can be used, with a sentence for all that cannot. */
import Type, { type Static, type TSchema } from 'typebox';
import { Default, Errors } from 'typebox/value';
import type { Problem } from '../protocol/api.ts';
import {
  type CameraConfig,
  type Config,
  cameraSchema,
  configSchema,
  type DetectorConfig,
  type MqttConfig,
} from './config.ts';
import { DEFAULT_TOPIC, HOME_ASSISTANT } from './mqtt-options.ts';
import {
  checkRecordings,
  isBlankTarget,
  type Mistake,
  recordingsPattern,
  targetWithoutPlace,
  WAITS,
} from './read-recordings.ts';

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
  const source = isRecord(raw) ? withoutBlankTarget(withoutBlank(withoutEmpty(raw), 'mqtt', 'url')) : {};
  // `platform` and keys with an underscore belong to Homebridge itself (child bridge settings and the like).
  const own = Object.fromEntries(
    Object.entries(source).filter(([key]) => key !== 'platform' && key !== 'cameras' && !key.startsWith('_')),
  );
  const rest = readSettings(own, problems);
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

/** Blocks without which a camera still works. Not its masks: a camera that should be masked is not shown without. */
const DISPENSABLE: readonly string[] = ['onvif', 'talk', 'mqtt', 'hap', 'detection'];

function readCamera(entry: unknown, index: number, problems: Problem[]): CameraConfig | undefined {
  const path = cameraPath(entry, index);
  const known = isRecord(entry)
    ? withoutUnknown(cameraSchema, withoutBlank(withoutEmpty(entry), 'onvif', 'host'), `${path}.`, problems)
    : entry;
  const faulty = (at: string, what: string, cure: string) =>
    problems.push(configProblem(`${path}${at}`, what, cure));
  for (;;) {
    const camera = Default(cameraSchema, structuredClone(known));
    const [error] = Errors(cameraSchema, camera);
    if (!error && isRecord(camera) && camera.main === undefined && camera.onvif === undefined) {
      faulty(
        '',
        'lacks main, its RTSP address',
        'Add it, or fill in ONVIF so that the camera can be asked; the camera is left out until then.',
      );
      return undefined;
    }
    if (!error) return camera as CameraConfig;
    const at = steps(error.instancePath);
    const [block = ''] = at;
    if (block === 'detection' && at.length > 1 && isRecord(known)) {
      faulty(dotted(error.instancePath), errorWords(error), DEFAULT_HOLDS);
      removeAt(known, at);
      continue;
    }
    const dispensable = DISPENSABLE.includes(block) && isRecord(known) && block in known;
    faulty(
      dotted(error.instancePath),
      errorWords(error),
      `Correct it in the plugin settings; ${dispensable ? `"${block}" of this camera` : 'the camera'} is left out until then.`,
    );
    if (!dispensable) return undefined;
    delete known[block];
  }
}

/** Without a block that a settings form wrote and nobody filled in: what it needs is missing, and so is a login. */
function withoutBlank(source: Record<string, unknown>, key: string, needed: string): Record<string, unknown> {
  const block = source[key];
  if (!isRecord(block) || [needed, 'username', 'password'].some((field) => block[field] !== undefined))
    return source;
  const { [key]: _blank, ...rest } = source;
  return rest;
}

function withoutBlankTarget(source: Record<string, unknown>): Record<string, unknown> {
  const { recordings } = source;
  if (!isRecord(recordings) || !isRecord(recordings.target) || !isBlankTarget(recordings.target))
    return source;
  const { target: _blank, ...rest } = recordings;
  return { ...source, recordings: rest };
}

const DEFAULT_HOLDS = 'Its default is used until it is corrected in the plugin settings.';
const NOBODY_LOOKS = 'Correct it in the plugin settings; until then nobody looks for people and packages.';

/** Takes defaults for what is missing or wrong, and reports what was wrong. */
function readSettings(source: Record<string, unknown>, problems: Problem[]): Omit<Config, 'cameras'> {
  const result = withoutUnknown(settingsSchema, source, '', problems);
  let brokenTarget = false;
  let brokenDetector = false;
  for (const error of Errors(settingsSchema, Default(settingsSchema, structuredClone(result)))) {
    const at = steps(error.instancePath);
    const inTarget = at[0] === 'recordings' && at[1] === 'target';
    brokenTarget ||= inTarget;
    brokenDetector ||= choosesDetector(at);
    problems.push(
      configProblem(
        at.join('.'),
        errorWords(error),
        inTarget ? WAITS : choosesDetector(at) ? NOBODY_LOOKS : DEFAULT_HOLDS,
      ),
    );
    if (!inTarget) removeAt(result, at);
  }
  // Without an address there is no broker, whatever else was filled in.
  if (isRecord(result.mqtt) && result.mqtt.url === undefined) delete result.mqtt;
  if (brokenTarget && isRecord(result.recordings))
    result.recordings.target = targetWithoutPlace(result.recordings.target);
  const read = Default(settingsSchema, result) as Static<typeof settingsSchema>;
  if (read.mqtt) problems.push(...ownTopic(read.mqtt));
  const { recordings, mistakes } = checkRecordings(read.recordings);
  const detector: DetectorConfig = brokenDetector ? { kind: 'unknown' } : read.detector;
  for (const { path, what, cure } of [...mistakes, ...checkDetector(detector)])
    problems.push(configProblem(path, what, cure));
  return { ...read, recordings, detector };
}

/** Below the base topic stands our last will, `<topic>/status`; where Home Assistant says its own, it would take ours for that. */
function ownTopic(mqtt: MqttConfig): Problem[] {
  if (mqtt.topic !== mqtt.discoveryPrefix && mqtt.topic !== HOME_ASSISTANT) return [];
  mqtt.topic = DEFAULT_TOPIC;
  if (mqtt.discoveryPrefix === DEFAULT_TOPIC) mqtt.discoveryPrefix = HOME_ASSISTANT;
  return [configProblem('mqtt.topic', 'is where Home Assistant speaks itself', DEFAULT_HOLDS)];
}

/** Whether what is wrong here leaves open which detector was meant. */
const choosesDetector = ([first, second]: readonly string[]) =>
  first === 'detector' && (second === undefined || second === 'kind');

/** A detector that lacks what its kind needs. It stays chosen: none other takes its place unasked. */
function checkDetector(detector: DetectorConfig): Mistake[] {
  const lacks = (what: string): Mistake[] => [{ path: 'detector', what, cure: NOBODY_LOOKS }];
  if (detector.kind === 'onnx' && detector.model === undefined)
    return lacks('is of the kind onnx and lacks model, the path of its file');
  if (detector.kind === 'program' && detector.command.length === 0)
    return lacks('is of the kind program and lacks command, the path of its program');
  return [];
}

/** A copy without the options that do not exist; each is reported. */
function withoutUnknown(
  schema: TSchema,
  value: Record<string, unknown>,
  path: string,
  problems: Problem[],
): Record<string, unknown> {
  const result = structuredClone(value);
  for (const error of Errors(schema, Default(schema, structuredClone(value)))) {
    if (error.keyword !== 'additionalProperties') continue;
    for (const key of (error.params as { additionalProperties: string[] }).additionalProperties) {
      const at = [...steps(error.instancePath), key];
      problems.push(unknownOption(`${path}${at.join('.')}`));
      removeAt(result, at);
    }
  }
  return result;
}

/** `/api/port` → `['api', 'port']` */
const steps = (pointer: string) => pointer.split('/').slice(1);

function removeAt(target: Record<string, unknown>, path: readonly string[]): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  const next = target[key];
  if (rest.length > 0 && typeof next === 'object' && next !== null)
    removeAt(next as Record<string, unknown>, rest);
  else delete target[key];
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  params: object;
  message: string;
}

const TYPES: Record<string, string> = {
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  string: 'a text',
  array: 'a list',
  object: 'a block in braces',
};

function errorWords(error: SchemaError): string {
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'enum') return `must be one of ${(params.allowedValues as string[]).join(', ')}`;
  if (error.keyword === 'minimum') return `must be at least ${params.limit}`;
  if (error.keyword === 'maximum') return `must be at most ${params.limit}`;
  if (error.keyword === 'type') return `must be ${TYPES[String(params.type)] ?? params.type}`;
  if (error.keyword === 'required') return `lacks ${(params.requiredProperties as string[]).join(', ')}`;
  const ofRecordings = error.keyword === 'pattern' && recordingsPattern(error.instancePath);
  if (ofRecordings) return ofRecordings;
  if (error.keyword === 'pattern' && /\/(main|detect)$/.test(error.instancePath))
    return 'is not an RTSP address (rtsp://user:password@address/stream)';
  if (error.keyword === 'pattern' && /\/host$/.test(error.instancePath))
    return 'is not a network address or name (without http:// and without a port)';
  if (error.keyword === 'pattern' && /\/url$/.test(error.instancePath))
    return 'is not the address of an MQTT broker (mqtt://address:1883)';
  if (error.keyword === 'pattern' && /^\/mqtt\/(topic|discoveryPrefix)$/.test(error.instancePath))
    return 'is not a topic (letters, digits, "_", "." and "-", with "/" between levels)';
  if (error.keyword === 'pattern' && /\/(model|ca|cert|key)$/.test(error.instancePath))
    return 'is not the full path of a file';
  if (error.keyword === 'pattern') return 'must start and end with a letter or digit, without emoji';
  return error.message;
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

/** The settings form writes empty strings and nulls for fields that were left blank, and rows without anything. */
function withoutEmpty(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => !isEmpty(entry))
      .map(([key, entry]) => [key, filled(entry)]),
  );
}

function filled(value: unknown): unknown {
  if (isRecord(value)) return withoutEmpty(value);
  if (!Array.isArray(value)) return value;
  return value
    .filter((entry) => !isEmpty(entry))
    .map(filled)
    .filter((entry) => !isRecord(entry) || Object.keys(entry).length > 0);
}

const isEmpty = (value: unknown) => value === '' || value === null || value === undefined;
