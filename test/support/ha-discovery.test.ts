/** That what stands for Home Assistant lets nothing pass. */
import { expect, it } from 'vitest';
import { readDeviceMessage } from './ha-discovery.ts';
import { render } from './ha-template.ts';

const TOPIC = 'homeassistant/device/doorstep_1/config';
const event = { p: 'event', name: 'Bell', unique_id: 'a', state_topic: 'a/b', event_types: ['ring'] };
const sensor = { p: 'sensor', name: 'Free', unique_id: 'a', state_topic: 'a/b' };
const message = (component: object, change: object = {}) =>
  JSON.stringify({
    ...{ dev: { ids: ['1'], name: 'Door' }, o: { name: 'Doorstep', url: 'https://example.org' } },
    ...{ availability_topic: 'a/status', cmps: { a: component }, ...change },
  });

it('takes what is as it should be', () => {
  const read = readDeviceMessage(TOPIC, message({ ...event, device_class: 'doorbell' }));
  expect(read.components.a).toMatchObject({ platform: 'event', unique_id: 'a' });
  expect(read.shared).toEqual({ availability_topic: 'a/status' });
});

it.each([
  ['an option that does not exist', { ...event, evnt_types: [] }, /event has no option evnt_types/],
  ['an option of another platform', { ...event, payload_on: 'ON' }, /event has no option payload_on/],
  ['a platform that does not exist', { ...event, p: 'bell' }, /no platform bell/],
  ['no name for it', { ...event, unique_id: undefined }, /lacks unique_id/],
  ['no topic', { ...event, state_topic: undefined }, /lacks state_topic/],
  ['a wildcard', { ...event, state_topic: 'a/#' }, /state_topic is no topic/],
  ['no words', { ...event, event_types: [] }, /no list of words/],
  [
    'a doorbell that cannot ring',
    { ...event, device_class: 'doorbell', event_types: ['press'] },
    /lacks ring/,
  ],
  ['a class that does not exist', { ...event, device_class: 'bell' }, /no device_class bell/],
  ['a category that does not exist', { ...event, entity_category: 'system' }, /no entity_category system/],
  ['a sensor as a setting', { ...sensor, entity_category: 'config' }, /is no setting/],
  [
    'a unit of another class',
    { ...sensor, device_class: 'duration', unit_of_measurement: 'GB' },
    /not in GB/,
  ],
  [
    'a time with a unit',
    { ...sensor, device_class: 'timestamp', unit_of_measurement: 's' },
    /has no state_class/,
  ],
  ['a state class that does not exist', { ...sensor, state_class: 'gauge' }, /no state_class gauge/],
  ['two availabilities', { ...sensor, availability: [], availability_topic: 'a' }, /says twice/],
  ['half an availability', { ...sensor, availability: [{ payload_available: 'ON' }] }, /lacks its topic/],
  ['a switch without orders', { ...sensor, p: 'switch' }, /lacks command_topic/],
])('refuses %s', (_, component, fault) => {
  expect(() => readDeviceMessage(TOPIC, message(component))).toThrow(fault);
});

it.each([
  ['no device', { dev: {} }, /lacks identifiers/],
  ['an unknown word of the device', { dev: { ids: ['1'], colour: 'red' } }, /device has no option colour/],
  ['no origin', { o: {} }, /lacks name/],
  ['an unknown option', { cmp: {} }, /message has no option cmp/],
])('refuses a message with %s', (_, change, fault) => {
  expect(() => readDeviceMessage(TOPIC, message(event, change))).toThrow(fault);
});

it('refuses a topic that Home Assistant does not look at, and two entities of one name', () => {
  expect(() => readDeviceMessage('homeassistant/device/a b/config', message(event))).toThrow(
    /no discovery topic/,
  );
  expect(() => readDeviceMessage(TOPIC, message(event, { cmps: { a: event, b: event } }))).toThrow(
    /one unique_id/,
  );
});

it.each([
  ['{{ value_json.count }}', '{"count":2}', '2'],
  [`{{ 'ON' if value_json.count > 0 else 'OFF' }}`, '{"count":0}', 'OFF'],
  [`{{ 'OFF' if value_json.state in ['ready', 'starting'] else 'ON' }}`, '{"state":"missing"}', 'ON'],
  ['{{ value_json.a if value_json.a is defined else None }}', '{}', 'None'],
  ['{{ (value_json.bytes / 1000000000) | round(1) }}', '{"bytes":1234567890}', '1.2'],
  ['{{ (value_json.since / 1000) | as_datetime }}', '{"since":0}', '1970-01-01 00:00:00.000+00:00'],
])('%s', (template, payload, expected) => {
  expect(render(template, payload)).toBe(expected);
});

it.each([
  ['{{ value_json.count }}', '{}'],
  ['{{ value_json.count }}', ''],
  ['{{ value_json.count | nothing }}', '{"count":1}'],
  ['{{ value_json.count > 0 }} and more', '{"count":1}'],
  ['{{ states.sensor }}', '{}'],
])('%s says nothing of %j', (template, payload) => {
  expect(() => render(template, payload)).toThrow();
});
