/**
 * What the topics of the known brands mean. Sources: ONVIF Event Service and Analytics specifications (tns1), the event parsers of
 * Home Assistant (`onvif/parsers.py`, `onvif-parsers`), of Scrypted's ONVIF plugin and of openHAB's IpCamera binding, Axis' list of
 * device events; and what owners of doorbells reported of them.
 */
import type { OnvifEventKind } from './contract.ts';

export interface TopicMeaning {
  kind: OnvifEventKind | 'ignore';
  active: boolean;
  /** The message tells no state: a thing that happens and has no end, such as a line that was crossed. */
  momentary?: true;
}

export interface TopicMapping {
  /** End of the topic; prefixes are left out on both sides. */
  topic: string;
  kind: OnvifEventKind | 'ignore';
}

interface Rule {
  /** End of the topic, by whole parts. `*` stands for one part. */
  ends: string;
  kind: TopicMeaning['kind'];
  /** The item that tells the state; default: the first one that reads as yes or no. */
  item?: string;
  /** Values of the item that mean it begins, where it is neither yes nor no. */
  values?: readonly string[];
  /** The rule counts only for messages that have the item. */
  onlyWith?: true;
}

/** The first that fits counts. */
const RULES: readonly Rule[] = [
  // Reolink. Its doorbells report a press as a visitor.
  { ends: 'RuleEngine/MyRuleDetector/Visitor', kind: 'ring', item: 'State' },
  { ends: 'RuleEngine/MyRuleDetector/Package', kind: 'package', item: 'State' },
  { ends: 'RuleEngine/MyRuleDetector/PackageDetect', kind: 'package', item: 'State' },
  { ends: 'RuleEngine/MyRuleDetector/PeopleDetect', kind: 'person', item: 'State' },
  { ends: 'RuleEngine/MyRuleDetector/FaceDetect', kind: 'person', item: 'State' },
  { ends: 'RuleEngine/MyRuleDetector/*', kind: 'motion', item: 'State' },

  // The button of most door stations (Hikvision, Dahua, 2N, Akuvox) is a digital input.
  { ends: 'Device/Trigger/DigitalInput', kind: 'ring', item: 'LogicalState' },
  // Mobotix.
  { ends: 'VideoSource/Alarm', kind: 'ring', item: 'State', values: ['ring', 'camerabellbutton'] },
  // Axis door stations: the port of the button; the virtual port is the trigger that people make themselves.
  { ends: 'Device/IO/Port', kind: 'ring', item: 'state' },
  { ends: 'Device/IO/VirtualPort', kind: 'ring', item: 'state' },
  { ends: 'Device/IO/VirtualInput', kind: 'ring', item: 'active' },

  // TP-Link Tapo: the item says more than the topic, and differs by firmware.
  { ends: 'RuleEngine/*/*', kind: 'person', item: 'IsPeople', onlyWith: true },
  { ends: 'RuleEngine/*/*', kind: 'person', item: 'IsPerson', onlyWith: true },
  { ends: 'RuleEngine/*/*', kind: 'ignore', item: 'IsTamper', onlyWith: true },
  { ends: 'RuleEngine/PeopleDetector/People', kind: 'person' },
  { ends: 'RuleEngine/TPSmartEventDetector/TPSmartEvent', kind: 'motion' },
  { ends: 'RuleEngine/CellMotionDetector/TpSmartEvent', kind: 'motion' },
  { ends: 'RuleEngine/CellMotionDetector/Intrusion', kind: 'motion' },
  { ends: 'RuleEngine/CellMotionDetector/LineCross', kind: 'motion' },
  { ends: 'RuleEngine/IntrusionDetector/Intrusion', kind: 'motion' },
  { ends: 'RuleEngine/LineCrossDetector/LineCross', kind: 'motion' },

  // Classes of things, by the Analytics specification: Axis, Hanwha, Bosch, and Dahua (also as human shape).
  {
    ends: 'RuleEngine/ObjectDetection/Object',
    kind: 'person',
    item: 'ClassTypes',
    values: ['human', 'person'],
  },
  {
    ends: 'RuleEngine/ObjectDetector/Object',
    kind: 'person',
    item: 'ClassTypes',
    values: ['human', 'person'],
  },
  { ends: 'UserAlarm/IVA/HumanShapeDetect', kind: 'person' },
  { ends: 'CameraApplicationPlatform/ObjectAnalytics/Device1ScenarioANY', kind: 'motion', item: 'active' },

  // Motion: Hikvision, Dahua, Amcrest, Axis, Uniview, and everybody else.
  { ends: 'RuleEngine/CellMotionDetector/Motion', kind: 'motion', item: 'IsMotion' },
  { ends: 'RuleEngine/MotionRegionDetector/Motion', kind: 'motion', item: 'State' },
  { ends: 'RuleEngine/FieldDetector/ObjectsInside', kind: 'motion', item: 'IsInside' },
  { ends: 'RuleEngine/LineDetector/Crossed', kind: 'motion' },
  { ends: 'VideoSource/MotionAlarm', kind: 'motion', item: 'State' },
  // With this slip in several firmwares.
  { ends: 'VideoSoure/MotionAlarm', kind: 'motion', item: 'State' },
  { ends: 'VideoAnalytics/MotionDetection', kind: 'motion', item: 'motion' },
  { ends: 'VideoAnalytics/Motion', kind: 'motion' },
  { ends: 'CameraApplicationPlatform/VMD/Camera1ProfileANY', kind: 'motion', item: 'active' },
  { ends: 'CameraApplicationPlatform/MotionGuard/Camera1ProfileANY', kind: 'motion', item: 'active' },
  { ends: 'CameraApplicationPlatform/FenceGuard/Camera1ProfileANY', kind: 'motion', item: 'active' },
  { ends: 'CameraApplicationPlatform/LoiteringGuard/Camera1ProfileANY', kind: 'motion', item: 'active' },
  // One more for each profile or scenario of those, at the same moment.
  { ends: 'CameraApplicationPlatform/*/*', kind: 'ignore' },

  // Well known, and nothing for a doorbell.
  { ends: 'VideoSource/GlobalSceneChange/*', kind: 'ignore' },
  { ends: 'VideoSource/ImageTooBlurry/*', kind: 'ignore' },
  { ends: 'VideoSource/ImageTooBright/*', kind: 'ignore' },
  { ends: 'VideoSource/ImageTooDark/*', kind: 'ignore' },
  { ends: 'VideoSource/SignalLoss', kind: 'ignore' },
  { ends: 'VideoSource/DayNightVision', kind: 'ignore' },
  { ends: 'RuleEngine/TamperDetector/Tamper', kind: 'ignore' },
  { ends: 'RuleEngine/CellMotionDetector/Tamper', kind: 'ignore' },
  { ends: 'AudioAnalytics/Audio/DetectedSound', kind: 'ignore' },
  { ends: 'Device/Trigger/Relay', kind: 'ignore' },
  { ends: 'Device/HardwareFailure/*', kind: 'ignore' },
  { ends: 'Monitoring/*', kind: 'ignore' },
  { ends: 'Monitoring/*/*', kind: 'ignore' },
  { ends: 'RecordingConfig/*', kind: 'ignore' },
  { ends: 'Media/*', kind: 'ignore' },
  { ends: 'Configuration/*', kind: 'ignore' },
];

/** Last part of a topic that plainly names the bell, whoever's topic it is (`Device/tnsdahua:DoorBell` and the like). */
const BELL = /^(door_?bell|bell|bell_?button|call_?button|visitor|ring)$/i;

/** `tns1:RuleEngine/tnsvendor:MyRuleDetector/Visitor//.` becomes `RuleEngine/MyRuleDetector/Visitor`. */
export function plainTopic(topic: string): string {
  return topic
    .trim()
    .slice(0, 256)
    .split('/')
    .map((part) => part.slice(part.lastIndexOf(':') + 1).trim())
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/**
 * What a message means: the owner's mappings first, then what is known. Undefined where nobody knows.
 * @param topic without prefixes, as `plainTopic` gives it
 * @param data its data items, by name
 */
export function topicMeaning(
  topic: string,
  data: ReadonlyMap<string, string>,
  mappings: readonly TopicMapping[] = [],
): TopicMeaning | undefined {
  const mapped = mappings.find((mapping) => endsWith(topic, plainTopic(mapping.topic)));
  if (mapped) return meaningOf(mapped.kind, firstState(data));
  const rule = RULES.find(
    ({ ends, item, onlyWith }) => endsWith(topic, ends) && (!onlyWith || itemOf(data, item) !== undefined),
  );
  if (rule) return meaningOf(rule.kind, stateOf(rule, data));
  const last = topic.slice(topic.lastIndexOf('/') + 1);
  return BELL.test(last) ? meaningOf('ring', firstState(data)) : undefined;
}

function meaningOf(kind: TopicMeaning['kind'], state: boolean | undefined): TopicMeaning {
  return state === undefined ? { kind, active: true, momentary: true } : { kind, active: state };
}

/** Undefined where the message tells none. */
function stateOf({ item, values }: Rule, data: ReadonlyMap<string, string>): boolean | undefined {
  const value = itemOf(data, item);
  if (values) {
    const words = (value ?? '').toLowerCase().split(/[\s,]+/);
    // Such a word is told at each press, and nothing says when it is over.
    return values.some((one) => words.includes(one)) ? undefined : false;
  }
  return yesOrNo(value) ?? firstState(data);
}

function endsWith(topic: string, end: string): boolean {
  const wanted = end.toLowerCase().split('/');
  const parts = topic.toLowerCase().split('/').slice(-wanted.length);
  return (
    parts.length === wanted.length && wanted.every((part, index) => part === '*' || part === parts[index])
  );
}

function itemOf(data: ReadonlyMap<string, string>, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const wanted = name.toLowerCase();
  for (const [key, value] of data) if (key.toLowerCase() === wanted) return value;
  return undefined;
}

function firstState(data: ReadonlyMap<string, string>): boolean | undefined {
  for (const value of data.values()) {
    const state = yesOrNo(value);
    if (state !== undefined) return state;
  }
  return undefined;
}

function yesOrNo(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (/^\s*(true|1|active|on|yes)\s*$/i.test(value)) return true;
  if (/^\s*(false|0|inactive|off|no)\s*$/i.test(value)) return false;
  return undefined;
}
