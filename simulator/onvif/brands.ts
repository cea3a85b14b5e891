/** How each brand tells what it sees: topics and items as their cameras send them. */

export const BRANDS = ['reolink', 'hikvision', 'dahua', 'axis', 'tapo', 'plain'] as const;
export type Brand = (typeof BRANDS)[number];

export const SEEN_KINDS = ['ring', 'motion', 'person', 'package'] as const;
export type SeenKind = (typeof SEEN_KINDS)[number];

export interface TopicDialect {
  /** With prefixes, as it stands in the message. */
  topic: string;
  source: readonly (readonly [string, string])[];
  item: string;
  /** Values for "is" and "is not". */
  values: readonly [string, string];
}

export interface BrandDialect {
  manufacturer: string;
  model: string;
  /** Namespace declarations of the prefixes in its topics. */
  namespaces: string;
  /** Axis names subscriptions in a reference parameter, the others in the address. */
  subscriptionIn: 'address' | 'parameter';
  topics: Partial<Record<SeenKind, TopicDialect>>;
}

const TNS1 = 'xmlns:tns1="http://www.onvif.org/ver10/topics"';
const TRUTH = ['true', 'false'] as const;
const RULE = [
  ['VideoSourceConfigurationToken', 'vsc_0'],
  ['VideoAnalyticsConfigurationToken', 'vac_0'],
] as const;

const reolink = (rule: string): TopicDialect => ({
  topic: `tns1:RuleEngine/MyRuleDetector/${rule}`,
  source: [['Source', '000']],
  item: 'State',
  values: TRUTH,
});
const cellMotion = (rule: string): TopicDialect => ({
  topic: 'tns1:RuleEngine/CellMotionDetector/Motion',
  source: [...RULE, ['Rule', rule]],
  item: 'IsMotion',
  values: TRUTH,
});
const digitalInput = (token: string): TopicDialect => ({
  topic: 'tns1:Device/Trigger/DigitalInput',
  source: [['InputToken', token]],
  item: 'LogicalState',
  values: TRUTH,
});

export const DIALECTS: Readonly<Record<Brand, BrandDialect>> = {
  reolink: {
    manufacturer: 'Reolink',
    model: 'Reolink Video Doorbell PoE',
    namespaces: TNS1,
    subscriptionIn: 'address',
    topics: {
      ring: reolink('Visitor'),
      motion: { ...reolink('MotionAlarm'), topic: 'tns1:VideoSource/MotionAlarm' },
      person: reolink('PeopleDetect'),
      package: reolink('Package'),
    },
  },
  hikvision: {
    manufacturer: 'HIKVISION',
    model: 'DS-KV6113-WPE1(B)',
    namespaces: `${TNS1} xmlns:tnshik="http://www.hikvision.com/2011/event/topics"`,
    subscriptionIn: 'address',
    topics: { ring: digitalInput('DigitalInputConfigToken_1'), motion: cellMotion('MyMotionDetectorRule') },
  },
  dahua: {
    manufacturer: 'Dahua',
    model: 'DHI-VTO2211G-P',
    namespaces: TNS1,
    subscriptionIn: 'address',
    topics: {
      ring: digitalInput('00000'),
      motion: cellMotion('MotionDetectorRule'),
      person: {
        topic: 'tns1:UserAlarm/IVA/HumanShapeDetect',
        source: [['VideoSourceConfigurationToken', '00000']],
        item: 'State',
        values: TRUTH,
      },
    },
  },
  axis: {
    manufacturer: 'AXIS',
    model: 'A8105-E',
    namespaces: `${TNS1} xmlns:tnsaxis="http://www.axis.com/2009/event/topics"`,
    subscriptionIn: 'parameter',
    topics: {
      ring: {
        topic: 'tns1:Device/tnsaxis:IO/Port',
        source: [['port', '1']],
        item: 'state',
        values: ['1', '0'],
      },
      motion: {
        topic: 'tnsaxis:CameraApplicationPlatform/VMD/Camera1ProfileANY',
        source: [],
        item: 'active',
        values: ['1', '0'],
      },
    },
  },
  tapo: {
    manufacturer: 'TP-Link',
    model: 'Tapo D225',
    namespaces: TNS1,
    subscriptionIn: 'address',
    topics: {
      motion: cellMotion('MyMotionDetectorRule'),
      person: {
        topic: 'tns1:RuleEngine/PeopleDetector/People',
        source: [...RULE, ['Rule', 'MyPeopleDetectorRule']],
        item: 'IsPeople',
        values: TRUTH,
      },
    },
  },
  plain: {
    manufacturer: 'Simulated',
    model: 'Doorbell',
    namespaces: TNS1,
    subscriptionIn: 'address',
    topics: {
      ring: digitalInput('input_1'),
      motion: {
        topic: 'tns1:VideoSource/MotionAlarm',
        source: [['Source', 'vs_0']],
        item: 'State',
        values: TRUTH,
      },
    },
  },
};
