import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeXml, parseXml } from '../../system/xml.ts';
import { createEventFilter } from './event-filter.ts';
import { eventTime } from './event-time.ts';
import { type Notification, readNotifications } from './notification.ts';
import { TopicsSeen } from './topics-seen.ts';

const NOW = 1_790_000_000_000;

describe('when it was', () => {
  test.each<[string, number | undefined, number, number]>([
    ['the camera agrees with us', NOW - 400, 0, NOW - 400],
    ['the camera is two hours ahead', NOW + 7_200_000 - 400, 7_200_000, NOW - 400],
    ['the camera is years behind', 946_684_800_000 - 400, 946_684_800_000 - NOW, NOW - 400],
    ['it says nothing', undefined, 0, NOW],
    ['it would be later than its arrival', NOW + 700, 0, NOW],
    ['it comes late over a bad network', NOW - 90_000, 0, NOW - 90_000],
    ['it was never set in its time zone', NOW - 3_600_000, 0, NOW],
  ])('%s', (_, utcTime, offsetMs, expected) => {
    expect(eventTime({ utcTime, offsetMs, now: NOW })).toBe(expected);
  });
});

describe('messages', () => {
  const message = (attributes: string, data: string, topic = 'tns1:VideoSource/MotionAlarm') =>
    `<w:NotificationMessage><w:Topic>${topic}</w:Topic><w:Message><tt:Message ${attributes}>` +
    `<tt:Source><tt:SimpleItem Name="Source" Value="0"/></tt:Source><tt:Data>${data}</tt:Data></tt:Message></w:Message></w:NotificationMessage>`;
  const read = (inner: string) => {
    const reply = parseXml(`<e:PullMessagesResponse>${inner}</e:PullMessagesResponse>`);
    return reply && readNotifications(reply);
  };

  test.each<[string, number | undefined]>([
    ['2026-11-22T05:30:00Z', Date.UTC(2026, 10, 22, 5, 30)],
    ['2026-11-22T05:30:00.250Z', Date.UTC(2026, 10, 22, 5, 30, 0, 250)],
    ['2026-11-22T05:30:00', Date.UTC(2026, 10, 22, 5, 30)],
    ['2026-11-22T13:30:00+08:00', Date.UTC(2026, 10, 22, 5, 30)],
    ['0000-00-00T00:00:00Z', undefined],
    ['', undefined],
  ])('time %j', (time, expected) => {
    expect(read(message(`UtcTime="${time}"`, ''))?.[0]?.utcTime).toBe(expected);
  });

  test('operation, source and data', () => {
    const [first] =
      read(message('PropertyOperation="Initialized"', '<tt:SimpleItem Name="State" Value="true"/>')) ?? [];
    expect(first).toEqual({
      ...{ topic: 'VideoSource/MotionAlarm', operation: 'initialized' },
      ...{ source: new Map([['Source', '0']]), data: new Map([['State', 'true']]) },
    });
    expect(read(message('', ''))?.[0]?.operation).toBe('changed');
  });

  test('what cannot be read hides nothing of the rest', () => {
    const good = message('', '');
    expect(
      read(
        `<w:NotificationMessage/>${good}<w:NotificationMessage><w:Topic>x</w:Topic></w:NotificationMessage>`,
      ),
    ).toHaveLength(1);
    expect(read(good.repeat(1000))).toHaveLength(256);
  });

  test('no text in any place makes it throw, and what was sent is what is read', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 100 });
    fc.assert(
      fc.property(text, text, text, text, (topic, time, name, value) => {
        const item = `<tt:SimpleItem Name="${escapeXml(name)}" Value="${escapeXml(value)}"/>`;
        const all = read(message(`UtcTime="${escapeXml(time)}"`, item, escapeXml(topic))) ?? [];
        const filter = createEventFilter([]);
        for (const one of all) {
          expect([...one.data]).toHaveLength(1);
          const event = filter.take(one, { now: NOW, offsetMs: 0 });
          if (event) expect(event.at).toBeLessThanOrEqual(NOW);
        }
      }),
    );
  });
});

describe('of all that it says, what happened', () => {
  const say = (
    topic: string,
    value: boolean,
    operation: Notification['operation'] = 'changed',
  ): Notification => ({
    ...{ topic, operation },
    ...{ source: new Map([['Source', '0']]), data: new Map([['State', String(value)]]) },
  });
  /** Without a state, as Dahua's door stations and mapped topics may tell it. */
  const press = (topic: string, operation: Notification['operation'] = 'changed'): Notification => ({
    ...{ topic, operation, source: new Map(), data: new Map([['Id', 'front']]) },
  });
  const VISITOR = 'RuleEngine/MyRuleDetector/Visitor';
  const MOTION = 'VideoSource/MotionAlarm';
  type Step = [afterMs: number, notification: Notification | 'new subscription'];
  const run = (steps: Step[]) => {
    const filter = createEventFilter([]);
    let now = NOW;
    return steps.flatMap(([afterMs, step]) => {
      now += afterMs;
      if (step === 'new subscription') {
        filter.restart();
        return [];
      }
      const event = filter.take(step, { now, offsetMs: 0 });
      return event ? [`${event.kind} ${event.active}`] : [];
    });
  };

  test.each<[string, Step[], string[]]>([
    [
      'a press',
      [
        [0, say(VISITOR, true)],
        [500, say(VISITOR, false)],
      ],
      ['ring true', 'ring false'],
    ],
    [
      'a button that is held',
      [
        [0, say(VISITOR, true)],
        [5000, say(VISITOR, true)],
      ],
      ['ring true'],
    ],
    [
      'two presses',
      [
        [0, say(VISITOR, true)],
        [500, say(VISITOR, false)],
        [500, say(VISITOR, true)],
      ],
      ['ring true', 'ring false', 'ring true'],
    ],
    [
      'a camera that never tells of the end',
      [
        [0, say(VISITOR, true)],
        [61_000, say(VISITOR, true)],
      ],
      ['ring true', 'ring true'],
    ],
    [
      'presses that are told without a state, however often',
      [
        [0, press('Device/DoorBell')],
        [20_000, press('Device/DoorBell')],
        [50_000, press('Device/DoorBell')],
        [55_000, press('Device/DoorBell')],
      ],
      ['ring true', 'ring true', 'ring true', 'ring true'],
    ],
    [
      'a bell without a state is no press when a subscription begins',
      [[0, press('Device/DoorBell', 'initialized')]],
      [],
    ],
    [
      'presses whose ends are lost ring again after a minute, and do not prolong the silence',
      [
        [0, say(VISITOR, true)],
        [20_000, say(VISITOR, true)],
        [35_000, say(VISITOR, true)],
        [6000, say(VISITOR, true)],
        [5000, say(VISITOR, true)],
      ],
      ['ring true', 'ring true'],
    ],
    [
      'a contact that is closed for days, told again and again as how it is',
      Array.from({ length: 40 }, (): Step => [30_000, say(VISITOR, true, 'initialized')]),
      [],
    ],
    [
      'motion that goes on',
      [
        [0, say(MOTION, true)],
        [5000, say(MOTION, true)],
        [5000, say(MOTION, false)],
        [1, say(MOTION, false)],
      ],
      ['motion true', 'motion true', 'motion false'],
    ],
    [
      'how it was',
      [
        [0, say(MOTION, true, 'initialized')],
        [0, say(VISITOR, false, 'initialized')],
      ],
      [],
    ],
    [
      'how it was, told twice',
      [
        [0, say(MOTION, true, 'initialized')],
        [10, say(MOTION, true, 'initialized')],
      ],
      [],
    ],
    [
      'a firmware that calls all of it initialized',
      [
        [0, say(VISITOR, false, 'initialized')],
        [9, say(VISITOR, true, 'initialized')],
      ],
      ['ring true'],
    ],
    [
      'a press, while the last one was still known',
      [
        [0, say(VISITOR, true, 'initialized')],
        [9, say(VISITOR, true)],
      ],
      ['ring true'],
    ],
    [
      'the state again after a new subscription',
      [
        [0, say(MOTION, true)],
        [9, 'new subscription'],
        [9, say(MOTION, true, 'initialized')],
      ],
      ['motion true'],
    ],
    ['a property that is gone', [[0, say(VISITOR, true, 'deleted')]], []],
    [
      'one press told by two topics',
      [
        [0, say('Device/Trigger/DigitalInput', true)],
        [100, say('Device/IO/Port', true)],
      ],
      ['ring true'],
    ],
    [
      'two buttons',
      [
        [0, say('Device/Trigger/DigitalInput', true)],
        [2000, say('Device/IO/Port', true)],
      ],
      ['ring true', 'ring true'],
    ],
    ['what nobody knows', [[0, say('Device/Mystery', true)]], []],
  ])('%s', (_, steps, expected) => expect(run(steps)).toEqual(expected));

  test('remembers no more than it must', () => {
    const seen = new TopicsSeen([]);
    for (let index = 0; index < 1000; index++) seen.add(say(`Device/T${index % 100}`, true), NOW + index);
    expect(seen.list()).toHaveLength(64);
    expect(seen.list()[0]).toMatchObject({ topic: 'Device/T99', lastAt: NOW + 999 });
  });
});
