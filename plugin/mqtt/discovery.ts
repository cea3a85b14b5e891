/**
 * What Home Assistant is told, so that it finds hub and cameras by itself: one message for each device, with all its entities
 * (https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload). Pure.
 */
import { type COMMANDS, PRESS } from './commands.ts';
import { EVENT_TYPES } from './entity-event.ts';
import type { ToldCamera, ToldHub } from './hub.ts';
import type { StateName, Topics } from './topics.ts';

/** One entity: `p` names its kind, `unique_id` it, the rest is as that kind wants it. With `p` alone it is removed: left out, it would stay. */
export type Component = { p: string } & Record<string, unknown>;

export interface DeviceMessage {
  dev: Record<string, unknown>;
  o: { name: string; sw: string; url: string };
  /** By entity. */
  cmps: Record<string, Component>;
  /**
   * For each entity that has no `availability` of its own. A list, and not `availability_topic`: Home Assistant would put that beside the
   * list of an entity, and then refuse the entity.
   */
  availability: readonly { topic: string }[];
}

export interface DiscoveryOptions {
  topics: Topics;
  /** Whether commands are taken: else switches only show how it is, and there are no buttons. */
  commands: boolean;
  pictures: boolean;
}

type Hub = Pick<ToldHub, 'id' | 'name' | 'version'>;
type Camera = Pick<ToldCamera, 'id' | 'name' | 'slug' | 'kind'>;
type Entities = Record<string, Component>;

const URL = 'https://github.com/homebridge-doorstep/homebridge-doorstep';

/** Of hub and cameras, by their ids. */
export const deviceId = (id: string) => `doorstep_${id}`;

/** The hub itself: how storage is. */
export function hubMessage(hub: Hub, { topics }: DiscoveryOptions): DeviceMessage {
  const storage = { state_topic: topics.storage, entity_category: 'diagnostic' };
  /** Undefined while nothing is known. */
  const field = (name: string, value: string) => ({
    value_template: `{{ ${value} if value_json.${name} is defined else None }}`,
  });
  return message(hub, hub.id, topics, {
    device: { name: hub.name, mdl: 'Hub' },
    entities: {
      storage: {
        ...{ p: 'binary_sensor', name: 'Recordings', device_class: 'problem', ...storage },
        value_template: `{{ 'OFF' if value_json.state in ['ready', 'starting'] else None if value_json.state in ['unknown'] else 'ON' }}`,
      },
      buffered: {
        ...{ p: 'sensor', name: 'Footage that waits', device_class: 'duration', ...storage },
        ...{ unit_of_measurement: 'min', state_class: 'measurement' },
        ...field('waitingMinutes', 'value_json.waitingMinutes'),
      },
      free: {
        ...{ p: 'sensor', name: 'Free space', device_class: 'data_size', ...storage },
        ...{ unit_of_measurement: 'GB', state_class: 'measurement' },
        ...field('freeBytes', '(value_json.freeBytes / 1000000000) | round(1)'),
      },
    },
  });
}

/** One camera, reached by way of the hub. */
export function cameraMessage(hub: Hub, camera: Camera, options: DiscoveryOptions): DeviceMessage {
  const { name, kind } = camera;
  return message(hub, camera.id, options.topics, {
    device: { name, mdl: kind === 'doorbell' ? 'Doorbell' : 'Camera', via_device: deviceId(hub.id) },
    entities: {
      ...only(kind === 'doorbell', { doorbell: doorbellEvent(camera, options) }),
      ...seen(camera, options),
      ...packages(camera, options),
      ...only(options.pictures && kind === 'doorbell', ringPicture(camera, options)),
      ...only(options.pictures, pictures(camera, options)),
      ...only(!options.commands, shownSwitches(camera, options)),
      ...only(options.commands, switches(camera, options)),
      ...only(options.commands, buttons(camera, options)),
      snoozed_until: snoozedUntil(camera, options),
    },
  });
}

/** Those that are not wanted are removed, where an earlier start told of them. */
function only(wanted: boolean, entities: Entities): Entities {
  if (wanted) return entities;
  return Object.fromEntries(Object.entries(entities).map(([key, { p }]) => [key, { p }]));
}

function message(
  { version }: Hub,
  id: string,
  { status }: Topics,
  { device, entities }: { device: Record<string, unknown>; entities: Entities },
): DeviceMessage {
  return {
    dev: { ids: [deviceId(id)], mf: 'Doorstep', sw: version, ...device },
    o: { name: 'Doorstep', sw: version, url: URL },
    availability: [{ topic: status }],
    cmps: Object.fromEntries(
      Object.entries(entities).map(([key, entity]) => {
        const isRemoved = Object.keys(entity).length === 1;
        return [key, isRemoved ? entity : { ...nameOf(entity, device), unique_id: `${deviceId(id)}_${key}` }];
      }),
    ),
  };
}

/** Home Assistant says the name of the device before that of the entity: of a doorbell that is called "Doorbell" it would say it twice. */
function nameOf(entity: Component, device: Record<string, unknown>): Component {
  const isSame = String(entity.name).toLowerCase() === String(device.name).toLowerCase();
  return isSame ? { ...entity, name: null } : entity;
}

/** A press rings whether or not the camera can be reached just then. */
function doorbellEvent({ slug }: Camera, { topics }: DiscoveryOptions): Entities[string] {
  return {
    ...{ p: 'event', name: 'Doorbell', device_class: 'doorbell', event_types: EVENT_TYPES.doorbell },
    state_topic: topics.entityEvent(slug, 'doorbell'),
  };
}

/** What is not known while the camera is away. */
function seen({ slug }: Camera, { topics }: DiscoveryOptions): Entities {
  const online = topics.state(slug, 'online');
  const whileOnline = {
    availability: [
      { topic: topics.status },
      { topic: online, payload_available: 'ON', payload_not_available: 'OFF' },
    ],
    availability_mode: 'all',
  };
  const sensor = (name: string, device_class: string, state: StateName) => ({
    ...{ p: 'binary_sensor', name, device_class, state_topic: topics.state(slug, state) },
  });
  return {
    motion: { ...sensor('Motion', 'motion', 'motion'), ...whileOnline },
    person: { ...sensor('Person', 'occupancy', 'person'), ...whileOnline },
    online: { ...sensor('Connection', 'connectivity', 'online'), entity_category: 'diagnostic' },
  };
}

/** Of epoch ms; unknown where there is none. */
const timeOf = (field: string) =>
  `{{ (value_json.${field} / 1000) | as_datetime if value_json.${field} is defined else None }}`;

function packages({ slug }: Camera, { topics }: DiscoveryOptions): Entities {
  const state_topic = topics.state(slug, 'packages');
  return {
    package_event: {
      ...{ p: 'event', name: 'Package event', event_types: EVENT_TYPES.package },
      ...{ state_topic: topics.entityEvent(slug, 'package'), icon: 'mdi:package-variant' },
    },
    package: {
      ...{ p: 'binary_sensor', name: 'Package', state_topic, icon: 'mdi:package-variant-closed' },
      value_template: `{{ 'ON' if value_json.count > 0 else 'OFF' }}`,
    },
    package_count: {
      ...{ p: 'sensor', name: 'Packages', state_topic, icon: 'mdi:package-variant-closed' },
      ...{ state_class: 'measurement', value_template: '{{ value_json.count }}' },
    },
    package_since: {
      ...{ p: 'sensor', name: 'Package since', state_topic, device_class: 'timestamp' },
      value_template: timeOf('since'),
    },
  };
}

const image = (name: string, image_topic: string): Component => ({
  ...{ p: 'image', name, image_topic, content_type: 'image/jpeg' },
});

function ringPicture({ slug }: Camera, { topics }: DiscoveryOptions): Entities {
  return { picture_ring: image('Last ring', topics.picture(slug, 'ring')) };
}

function pictures({ slug }: Camera, { topics }: DiscoveryOptions): Entities {
  return {
    picture_person: image('Last person', topics.picture(slug, 'person')),
    picture_package: image('Last package', topics.picture(slug, 'package')),
  };
}

const ARMED = { name: 'Detection', icon: 'mdi:motion-sensor' };
const PRIVACY = { name: 'Privacy', icon: 'mdi:eye-off' };

/** Where no commands are taken, one sees how it is and cannot change it. */
function shownSwitches({ slug }: Camera, { topics }: DiscoveryOptions): Entities {
  const shown = (state: StateName) => ({ p: 'binary_sensor', state_topic: topics.state(slug, state) });
  return { armed_shown: { ...ARMED, ...shown('armed') }, privacy_shown: { ...PRIVACY, ...shown('privacy') } };
}

function switches({ slug }: Camera, { topics }: DiscoveryOptions): Entities {
  const turned = (state: StateName) => ({
    ...{ p: 'switch', state_topic: topics.state(slug, state), command_topic: topics.command(slug, state) },
  });
  return { armed: { ...ARMED, ...turned('armed') }, privacy: { ...PRIVACY, ...turned('privacy') } };
}

/** Detection is off then, and goes on by itself. */
function snoozedUntil({ slug }: Camera, { topics }: DiscoveryOptions): Component {
  return {
    ...{ p: 'sensor', name: 'Snoozed until', state_topic: topics.state(slug, 'snooze') },
    ...{ device_class: 'timestamp', icon: 'mdi:sleep', value_template: timeOf('until') },
  };
}

function buttons({ slug }: Camera, { topics }: DiscoveryOptions): Entities {
  const button = (command: (typeof COMMANDS)[number], name: string, icon: string) => ({
    ...{ p: 'button', name, icon, payload_press: PRESS, command_topic: topics.command(slug, command) },
  });
  return {
    packages_collected: button('packages-collected', 'Packages taken in', 'mdi:package-check'),
    removal_explained: button('removal-explained', 'It was one of us', 'mdi:account-check'),
    snooze: button('snooze', 'Snooze', 'mdi:sleep'),
  };
}
