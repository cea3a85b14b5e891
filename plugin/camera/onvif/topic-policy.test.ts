import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainTopic, type TopicMapping, topicMeaning } from './topic-policy.ts';

const meaning = (topic: string, data: Record<string, string>, mappings?: TopicMapping[]) =>
  topicMeaning(plainTopic(topic), new Map(Object.entries(data)), mappings);

describe('known topics', () => {
  test.each<[string, Record<string, string>, string, boolean]>([
    // Reolink
    ['tns1:RuleEngine/MyRuleDetector/Visitor', { State: 'true' }, 'ring', true],
    ['tns1:RuleEngine/MyRuleDetector/Visitor', { State: 'false' }, 'ring', false],
    ['tns1:RuleEngine/MyRuleDetector/PeopleDetect', { State: 'true' }, 'person', true],
    ['tns1:RuleEngine/MyRuleDetector/Package', { State: 'true' }, 'package', true],
    ['tns1:RuleEngine/MyRuleDetector/VehicleDetect', { State: 'true' }, 'motion', true],
    ['tns1:VideoSource/MotionAlarm', { State: 'true' }, 'motion', true],
    // Hikvision, Dahua, Amcrest
    ['tns1:RuleEngine/CellMotionDetector/Motion', { IsMotion: 'true' }, 'motion', true],
    ['tns1:RuleEngine/CellMotionDetector/Motion', { IsMotion: 'false' }, 'motion', false],
    ['tns1:Device/Trigger/DigitalInput', { LogicalState: 'true' }, 'ring', true],
    ['tns1:Device/Trigger/DigitalInput', { LogicalState: 'false' }, 'ring', false],
    ['tns1:UserAlarm/IVA/HumanShapeDetect', { State: 'true' }, 'person', true],
    ['tns1:Device/tnsdahua:DoorBell', { State: 'true' }, 'ring', true],
    // Axis
    ['tns1:Device/tnsaxis:IO/Port', { state: '1' }, 'ring', true],
    ['tns1:Device/tnsaxis:IO/VirtualPort', { state: '0' }, 'ring', false],
    ['tnsaxis:CameraApplicationPlatform/VMD/Camera1ProfileANY', { active: '1' }, 'motion', true],
    ['tnsaxis:CameraApplicationPlatform/VMD/Camera1Profile1', { active: '1' }, 'ignore', true],
    ['tnsaxis:CameraApplicationPlatform/ObjectAnalytics/xinternal_data', { svgframe: '' }, 'ignore', true],
    ['tns1:VideoAnalytics/tnsaxis:MotionDetection', { motion: '1' }, 'motion', true],
    ['tns1:VideoSource/tnsaxis:DayNightVision', { day: '1' }, 'ignore', true],
    // Tapo
    ['tns1:RuleEngine/PeopleDetector/People', { IsPeople: 'true' }, 'person', true],
    ['tns1:RuleEngine/CellMotionDetector/People', { IsPeople: 'false' }, 'person', false],
    ['tns1:RuleEngine/TPSmartEventDetector/TPSmartEvent', { IsPeople: 'true' }, 'person', true],
    ['tns1:RuleEngine/TPSmartEventDetector/TPSmartEvent', { IsPet: 'true' }, 'motion', true],
    ['tns1:RuleEngine/TPSmartEventDetector/TPSmartEvent', { IsTamper: 'true' }, 'ignore', true],
    // Others
    ['tns1:RuleEngine/FieldDetector/ObjectsInside//.', { ObjectId: '17', IsInside: 'true' }, 'motion', true],
    ['tns1:RuleEngine/LineDetector/Crossed', { ObjectId: '17' }, 'motion', true],
    ['tns1:RuleEngine/MotionRegionDetector/Motion', { State: '1' }, 'motion', true],
    ['tns1:RuleEngine/ObjectDetection/Object', { ClassTypes: 'Human Vehicle' }, 'person', true],
    ['tns1:RuleEngine/ObjectDetection/Object', { ClassTypes: 'Vehicle' }, 'person', false],
    ['tns1:RuleEngine/ObjectDetection/Object', { ClassTypes: '' }, 'person', false],
    ['tns1:VideoSource/Alarm', { State: 'CameraBellButton' }, 'ring', true],
    ['tns1:VideoSource/Alarm', { State: 'Ring' }, 'ring', true],
    ['tns1:VideoSource/Alarm', { State: 'Motion' }, 'ring', false],
    ['tns1:VideoSource/ImageTooDark/ImagingService', { State: 'true' }, 'ignore', true],
    ['tns1:Monitoring/ProcessorUsage', { Value: '12' }, 'ignore', true],
    // The item is another one than usual, or has another case.
    ['tns1:RuleEngine/CellMotionDetector/Motion', { State: 'true' }, 'motion', true],
    ['TNS1:RULEENGINE/CELLMOTIONDETECTOR/MOTION', { ISMOTION: 'FALSE' }, 'motion', false],
  ])('%s %j', (topic, data, kind, active) => {
    expect(meaning(topic, data)).toMatchObject({ kind, active });
  });

  test.each([
    'tns1:Device/Trigger/tnshik:AlarmIn',
    'tns1:Device/Mystery',
    'tns1:RuleEngine/Unknown/Thing',
    'MotionAlarm',
    '',
  ])('nobody knows %j', (topic) => expect(meaning(topic, { State: 'true' })).toBeUndefined());
});

describe('mappings of the owner', () => {
  test.each<[string, string, TopicMapping['kind'] | undefined]>([
    ['AlarmIn', 'tns1:Device/Trigger/tnshik:AlarmIn', 'ring'],
    ['tnshik:AlarmIn', 'tns1:Device/Trigger/tnshik:AlarmIn', 'ring'],
    ['Trigger/AlarmIn', 'tns1:Device/Trigger/tnshik:AlarmIn', 'ring'],
    ['trigger/alarmin', 'tns1:Device/Trigger/tnshik:AlarmIn', 'ring'],
    ['larmIn', 'tns1:Device/Trigger/tnshik:AlarmIn', undefined],
    ['Device/Trigger', 'tns1:Device/Trigger/tnshik:AlarmIn', undefined],
    ['DigitalInput', 'tns1:Device/Trigger/DigitalInput', 'ignore'],
  ])('"%s" and %s', (topic, sent, kind) => {
    const mappings: TopicMapping[] = [{ topic, kind: kind ?? 'ring' }];
    expect(meaning(sent, { State: 'true' }, mappings)?.kind).toBe(kind);
  });

  test('without any state it is a thing that happens', () => {
    expect(meaning('a/b', { Text: 'hello' }, [{ topic: 'a/b', kind: 'package' }])).toEqual({
      ...{ kind: 'package', active: true, momentary: true },
    });
    expect(meaning('Device/DoorBell', {})?.momentary).toBe(true);
    expect(meaning('VideoSource/Alarm', { State: 'ring' })?.momentary).toBe(true);
    expect(meaning('Device/DoorBell', { State: 'true' })?.momentary).toBeUndefined();
  });

  test('one that is only prefixes maps nothing', () => {
    expect(meaning('a/b', {}, [{ topic: 'tns1:', kind: 'ring' }])).toBeUndefined();
  });
});

test('no topic and no data make it throw', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.dictionary(fc.string(), fc.string()),
      fc.string({ minLength: 1 }),
      (topic, data, mapped) => {
        expect(plainTopic(topic)).not.toContain('//');
        void meaning(topic, data, [{ topic: mapped, kind: 'ring' }]);
      },
    ),
  );
});
