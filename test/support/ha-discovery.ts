/**
 * Whether Home Assistant takes a device message, and all of it: written from its documentation
 * (https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload and the page of each platform, named below) and the schemas
 * behind it (https://github.com/home-assistant/core, `homeassistant/components/mqtt/`). Stricter than Home Assistant itself, which drops
 * unknown options of an entity without a word.
 */

/** Short names that may stand for options (`abbreviations.py` of the same component); those that we use. */
const SHORT = {
  message: { dev: 'device', o: 'origin', cmps: 'components', avty_t: 'availability_topic' },
  device: { ids: 'identifiers', mf: 'manufacturer', mdl: 'model', sw: 'sw_version' },
  origin: { sw: 'sw_version', url: 'support_url' },
  component: { p: 'platform' },
} as const;

/** Options of the whole message, beside the mandatory three: `DEVICE_DISCOVERY_SCHEMA` in `schemas.py`. */
const SHARED = [
  ...['availability', 'availability_mode', 'availability_template', 'availability_topic', 'command_topic'],
  ...[
    'encoding',
    'message_expiry_interval',
    'payload_available',
    'payload_not_available',
    'qos',
    'state_topic',
  ],
];
/** `MQTT_ENTITY_DEVICE_INFO_SCHEMA` in `schemas.py`. */
const DEVICE = [
  ...['configuration_url', 'connections', 'hw_version', 'identifiers', 'manufacturer', 'model', 'model_id'],
  ...['name', 'serial_number', 'suggested_area', 'sw_version', 'via_device'],
];
/** Of every entity: `MQTT_ENTITY_COMMON_SCHEMA` in `schemas.py`. */
const COMMON = [
  ...[
    'availability',
    'availability_mode',
    'availability_template',
    'availability_topic',
    'default_entity_id',
  ],
  ...[
    'enabled_by_default',
    'encoding',
    'entity_category',
    'entity_picture',
    'group',
    'icon',
    'name',
    'platform',
  ],
  ...['json_attributes_template', 'json_attributes_topic', 'message_expiry_interval', 'payload_available'],
  ...['payload_not_available', 'qos', 'unique_id', 'visible_by_default'],
];

interface Platform {
  /** Options beside those of every entity. */
  options: readonly string[];
  required: readonly string[];
  /** Values of `device_class`; none: the option does not exist. */
  classes?: readonly string[];
}

const PLATFORMS: Record<string, Platform> = {
  /** https://www.home-assistant.io/integrations/binary_sensor.mqtt/ and https://www.home-assistant.io/integrations/binary_sensor/#device-class */
  binary_sensor: {
    options: [
      ...['device_class', 'expire_after', 'force_update', 'off_delay', 'payload_off', 'payload_on'],
      ...['state_topic', 'value_template'],
    ],
    required: ['state_topic'],
    classes: [
      ...[
        'battery',
        'battery_charging',
        'carbon_monoxide',
        'cold',
        'connectivity',
        'door',
        'garage_door',
        'gas',
      ],
      ...['heat', 'light', 'lock', 'moisture', 'motion', 'moving', 'occupancy', 'opening', 'plug', 'power'],
      ...[
        'presence',
        'problem',
        'running',
        'safety',
        'smoke',
        'sound',
        'tamper',
        'update',
        'vibration',
        'window',
      ],
    ],
  },
  /** https://www.home-assistant.io/integrations/button.mqtt/ */
  button: {
    options: ['command_template', 'command_topic', 'device_class', 'payload_press', 'retain'],
    required: ['command_topic'],
    classes: ['identify', 'restart', 'update'],
  },
  /** https://www.home-assistant.io/integrations/event.mqtt/ and https://www.home-assistant.io/integrations/event/#device-class */
  event: {
    options: ['device_class', 'event_types', 'state_topic', 'value_template'],
    required: ['event_types', 'state_topic'],
    classes: ['button', 'doorbell', 'motion'],
  },
  /** https://www.home-assistant.io/integrations/image.mqtt/ */
  image: {
    options: ['content_type', 'image_encoding', 'image_topic', 'url_template', 'url_topic'],
    required: ['image_topic'],
  },
  /** https://www.home-assistant.io/integrations/sensor.mqtt/ and https://www.home-assistant.io/integrations/sensor/#device-class (those with a unit that we know) */
  sensor: {
    options: [
      ...[
        'device_class',
        'expire_after',
        'force_update',
        'last_reset_value_template',
        'options',
        'state_class',
      ],
      ...['state_topic', 'suggested_display_precision', 'unit_of_measurement', 'value_template'],
    ],
    required: ['state_topic'],
    classes: ['data_size', 'date', 'duration', 'enum', 'timestamp'],
  },
  /** https://www.home-assistant.io/integrations/switch.mqtt/ */
  switch: {
    options: [
      ...['command_template', 'command_topic', 'device_class', 'optimistic', 'payload_off', 'payload_on'],
      ...['retain', 'state_off', 'state_on', 'state_topic', 'value_template'],
    ],
    required: ['command_topic'],
    classes: ['outlet', 'switch'],
  },
};

/** https://developers.home-assistant.io/docs/core/entity/sensor/#available-state-classes */
const STATE_CLASSES = ['measurement', 'measurement_angle', 'total', 'total_increasing'];
/** https://developers.home-assistant.io/docs/core/entity/sensor/#available-device-classes */
const UNITS: Record<string, readonly string[]> = {
  data_size: ['bit', 'kbit', 'Mbit', 'Gbit', 'B', 'kB', 'MB', 'GB', 'TB', 'KiB', 'MiB', 'GiB', 'TiB'],
  duration: ['d', 'h', 'min', 's', 'ms', 'μs'],
};
/** Classes without a number. */
const WORDED = ['date', 'enum', 'timestamp'];

export type Options = Record<string, unknown>;
export interface Component extends Options {
  platform: string;
  unique_id: string;
}

export interface DeviceMessage {
  device: Options;
  /** Options of the message that hold for each entity which has none of its own. */
  shared: Options;
  components: Record<string, Component>;
}

/**
 * Reads a message of `<prefix>/device/<id>/config`.
 * @throws Error with everything that is wrong with it
 */
export function readDeviceMessage(topic: string, payload: string): DeviceMessage {
  const faults: string[] = [];
  const message = longNames(recordOf(JSON.parse(payload)), SHORT.message);
  const { device, origin, components, ...shared } = message;
  if (!/\/device\/[a-zA-Z0-9_-]+\/config$/.test(topic)) faults.push(`${topic} is no discovery topic`);
  faults.push(...unknownIn('message', shared, SHARED));

  const about = longNames(recordOf(device), SHORT.device);
  faults.push(...unknownIn('device', about, DEVICE));
  if (!isTexts(about.identifiers)) faults.push('device: lacks identifiers');
  const { identifiers: _, ...words } = about;
  for (const [key, value] of Object.entries(words))
    if (typeof value !== 'string' || value === '') faults.push(`device: ${key} is no text`);

  const from = longNames(recordOf(origin), SHORT.origin);
  faults.push(...unknownIn('origin', from, ['name', 'sw_version', 'support_url']));
  if (typeof from.name !== 'string') faults.push('origin: lacks name');
  if (!/^https?:\/\//.test(String(from.support_url))) faults.push('origin: support_url is no address');

  const read = Object.entries(recordOf(components))
    .map(([key, component]) => [key, longNames(recordOf(component), SHORT.component) as Component] as const)
    // With its platform alone an entity is removed.
    .filter(([, component]) => !(component.platform in PLATFORMS && Object.keys(component).length === 1));
  // What holds for all goes into each that says nothing of it, and only then is it looked at: `_merge_common_device_options` in `discovery.py`.
  const inherited = Object.fromEntries(
    Object.entries(shared).filter(([option]) => !['command_topic', 'state_topic'].includes(option)),
  );
  for (const [key, component] of read)
    faults.push(...componentFaults({ ...inherited, ...component }).map((fault) => `${key}: ${fault}`));
  const ids = read.map(([, { unique_id }]) => unique_id);
  if (new Set(ids).size < ids.length) faults.push('two entities have one unique_id');
  if (faults.length > 0) throw new Error(`${topic}: ${faults.join('; ')}`);
  return { device: about, shared, components: Object.fromEntries(read) };
}

function componentFaults(component: Component): string[] {
  const platform = PLATFORMS[component.platform];
  if (!platform) return [`there is no platform ${component.platform}`];
  const { entity_category, device_class, platform: kind } = component;
  const faults = unknownIn(kind, component, [...COMMON, ...platform.options]);
  for (const key of ['unique_id', 'name', ...platform.required])
    if (component[key] === undefined) faults.push(`lacks ${key}`);
  for (const [key, value] of Object.entries(component))
    if (key.endsWith('_topic') && !isTopic(value)) faults.push(`${key} is no topic`);
  if (device_class !== undefined && !platform.classes?.includes(String(device_class)))
    faults.push(`there is no device_class ${device_class}`);
  if (entity_category !== undefined && !['config', 'diagnostic'].includes(String(entity_category)))
    faults.push(`there is no entity_category ${entity_category}`);
  if (entity_category === 'config' && ['sensor', 'binary_sensor'].includes(kind))
    faults.push('what only tells something is no setting');
  if (component.icon !== undefined && !/^mdi:[a-z0-9-]+$/.test(String(component.icon)))
    faults.push('no icon');
  faults.push(...availabilityFaults(component));
  if (kind === 'event') faults.push(...eventFaults(component));
  if (kind === 'sensor') faults.push(...sensorFaults(component));
  return faults;
}

/** https://www.home-assistant.io/integrations/mqtt/#using-availability-topics */
function availabilityFaults({ availability, availability_topic, availability_mode }: Component): string[] {
  const faults: string[] = [];
  if (availability !== undefined && availability_topic !== undefined)
    faults.push('says twice when it is available');
  if (availability_mode !== undefined && !['all', 'any', 'latest'].includes(String(availability_mode)))
    faults.push(`there is no availability_mode ${availability_mode}`);
  for (const entry of (availability ?? []) as Options[]) {
    const known = ['topic', 'payload_available', 'payload_not_available', 'value_template'];
    faults.push(...unknownIn('availability', entry, known));
    if (!isTopic(entry.topic)) faults.push('availability lacks its topic');
  }
  return faults;
}

/** A doorbell has to know `ring`: a warning since 2026, an error from 2027.4 on (home-assistant/core #173143). */
function eventFaults({ event_types, device_class }: Component): string[] {
  if (!isTexts(event_types)) return ['event_types is no list of words'];
  return device_class === 'doorbell' && !event_types.includes('ring') ? ['a doorbell lacks ring'] : [];
}

function sensorFaults({ state_class, device_class, unit_of_measurement: unit }: Component): string[] {
  const faults: string[] = [];
  const kind = String(device_class);
  if (state_class !== undefined && !STATE_CLASSES.includes(String(state_class)))
    faults.push(`there is no state_class ${state_class}`);
  if (WORDED.includes(kind) && (state_class !== undefined || unit !== undefined))
    faults.push(`${kind} has no state_class and no unit`);
  if (UNITS[kind] && !UNITS[kind].includes(String(unit))) faults.push(`${kind} is not in ${unit}`);
  return faults;
}

const isTopic = (value: unknown) => typeof value === 'string' && /^[^+#\0]+$/.test(value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string');

const unknownIn = (what: string, options: Options, known: readonly string[]): string[] =>
  Object.keys(options)
    .filter((key) => !known.includes(key))
    .map((key) => `${what} has no option ${key}`);

function longNames(options: Options, short: Record<string, string>): Options {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [short[key] ?? key, value]));
}

function recordOf(value: unknown): Options {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Options;
  throw new Error(`${JSON.stringify(value)} is no block`);
}
