/** The blocks of a camera's options, each with type, bounds, title, description and default. `config.ts` puts them together. */
import Type from 'typebox';

/** A TCP port; 0 has a meaning of its own, which the description tells. */
export const port = (title: string, description: string, fallback: number) =>
  Type.Integer({ title, description, minimum: 0, maximum: 65535, default: fallback });

const EVENT_KINDS = ['ring', 'motion', 'person', 'package'] as const;

export const onvifSchema = Type.Object(
  {
    host: Type.String({
      title: 'Address',
      description: 'Network address or name of the camera, without a port.',
      // A host name, IPv4, or IPv6 with or without brackets.
      pattern: '^[\\w.:\\[\\]%-]+$',
      maxLength: 253,
      placeholder: '192.168.1.20',
    }),
    port: Type.Integer({
      title: 'Port',
      description: 'Often 80, 8000 (Reolink), 2020 (Tapo) or 8899.',
      minimum: 1,
      maximum: 65535,
      default: 80,
    }),
    username: Type.String({
      title: 'User',
      description: 'Many cameras keep ONVIF users apart from others and need one made.',
      maxLength: 128,
      default: '',
    }),
    password: Type.String({ title: 'Password', description: 'Of this user.', maxLength: 128, default: '' }),
    events: Type.Boolean({
      title: 'Events',
      description: 'Takes presses, motion, people and packages from the camera itself.',
      default: true,
    }),
    topics: Type.Array(
      Type.Object(
        {
          topic: Type.String({
            title: 'Topic',
            description:
              'End of the topic, without namespace prefixes; `doorstep doctor` shows those that the camera sends.',
            minLength: 1,
            maxLength: 256,
            placeholder: 'RuleEngine/MyRuleDetector/Visitor',
          }),
          kind: Type.Enum([...EVENT_KINDS, 'ignore'], {
            title: 'Means',
            description: 'What Doorstep makes of it.',
          }),
        },
        { additionalProperties: false },
      ),
      {
        title: 'Further topics',
        description: 'ONVIF topics that Doorstep does not know, and what they mean.',
        default: [],
      },
    ),
  },
  { title: 'ONVIF', additionalProperties: false },
);

export const talkSchema = Type.Object(
  {
    via: Type.Enum(['auto', 'backchannel', 'output', 'off'], {
      title: 'Way',
      description:
        'auto: the backchannel of the camera (ONVIF Profile T) where it has one, else the output below where there is one.',
      default: 'auto',
    }),
    output: Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), {
      title: 'Output of ffmpeg',
      description:
        'For cameras without a backchannel: what ffmpeg shall do with the speech, one argument an entry, such as -c:a, pcm_mulaw, -ar, 8000, -f, rtp, rtp://192.168.1.20:5004.',
      default: [],
    }),
    halfDuplex: Type.Boolean({
      title: 'One speaks at a time',
      description: 'Mutes the camera while you speak, for cameras that hear themselves.',
      default: false,
    }),
  },
  { title: 'Two-way talk', default: {}, additionalProperties: false },
);

export const masksSchema = Type.Array(
  Type.Array(Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 2, maxItems: 2 }), {
    minItems: 3,
    maxItems: 32,
  }),
  {
    title: 'Privacy masks',
    description:
      'Areas that nobody shall see, each a polygon of [x, y] corners from 0 (left, top) to 1. Made black before anything else has the picture.',
    maxItems: 16,
    default: [],
  },
);

export const homekitSchema = Type.Object(
  {
    port: port(
      'HomeKit port',
      'TCP port of its own HomeKit accessory, for firewalls and VLANs; 0 lets Homebridge choose.',
      0,
    ),
    secureVideo: Type.Boolean({
      title: 'HomeKit Secure Video',
      description:
        'Offers recording to the Home app, which needs a home hub and iCloud+; the Home app decides whether, and with sound or not. Switching this off and on again resets its settings.',
      default: true,
    }),
    privacySwitch: Type.Boolean({
      title: 'Privacy switch',
      description: 'A switch that stops live view, snapshots, recording and events of this camera.',
      default: true,
    }),
    detectionSwitch: Type.Boolean({
      title: 'Detection switch',
      description: 'A switch for what the camera sees: off, only a press makes an event.',
      default: true,
    }),
    offlineSensor: Type.Boolean({
      title: 'Offline sensor',
      description: 'A contact sensor that opens while the camera does not answer.',
      default: true,
    }),
    packageSensor: Type.Boolean({
      title: 'Package sensor',
      description:
        'An occupancy sensor for packages, and a button: single press is delivered, double press is removed.',
      default: true,
    }),
    personSensor: Type.Boolean({
      title: 'Person sensor',
      description: 'A second motion sensor that only people set off.',
      default: true,
    }),
    collectedSwitch: Type.Boolean({
      title: '"I took it in" switch',
      description:
        'A switch that goes off by itself: turn it on when you have taken packages in, so that they do not count as taken.',
      default: true,
    }),
    homeSwitch: Type.Boolean({
      title: '"Somebody is home" switch',
      description:
        'A switch for automations such as "the last person leaves". A package that goes while nobody is home counts as taken; all cameras share one state.',
      default: false,
    }),
    triggerSwitches: Type.Boolean({
      title: 'Trigger switches',
      description: 'Switches by which automations ring the bell or report motion.',
      default: false,
    }),
  },
  { title: 'HomeKit', default: {}, additionalProperties: false },
);

export const mqttTriggers = Type.Array(
  Type.Object(
    {
      topic: Type.String({
        title: 'Topic',
        minLength: 1,
        maxLength: 256,
        placeholder: 'zigbee2mqtt/doorbell/action',
      }),
      payload: Type.Optional(
        Type.String({
          title: 'Payload',
          description: 'Only this text counts; empty: every message.',
          maxLength: 256,
        }),
      ),
      kind: Type.Enum([...EVENT_KINDS, 'package-removed'], {
        title: 'Means',
        description: 'What Doorstep makes of it.',
      }),
    },
    { additionalProperties: false },
  ),
  {
    title: 'MQTT triggers',
    description: 'Messages that mean a press, motion, a person or a package at this camera.',
    default: [],
  },
);
