/** The options of MQTT, each with type, bounds, title, description and default. `config.ts` puts them together. */
import Type from 'typebox';

/** Levels of letters, digits, `_`, `.` and `-`: no wildcard, and nothing that a broker keeps for itself. */
const TOPIC = '^[\\w.-]+(/[\\w.-]+)*$';

export const DEFAULT_TOPIC = 'doorstep';
/** Below it Home Assistant says that it has started, unless it is told otherwise, whatever its discovery prefix. */
export const HOME_ASSISTANT = 'homeassistant';

const file = (title: string, description: string) =>
  Type.Optional(
    Type.String({ title, description, pattern: '^(/|[A-Za-z]:[\\\\/])', minLength: 1, maxLength: 1024 }),
  );

export const mqttSchema = Type.Object(
  {
    url: Type.String({
      title: 'Broker',
      description: 'Address of your MQTT broker. With mqtts:// the connection is encrypted.',
      pattern: '^(mqtts?|wss?)://\\S+$',
      maxLength: 2048,
      placeholder: 'mqtt://192.168.1.5:1883',
    }),
    username: Type.String({ title: 'User', maxLength: 128, default: '' }),
    password: Type.String({ title: 'Password', maxLength: 128, default: '' }),
    ca: file(
      'Certificate authority',
      'For mqtts:// with a certificate that no public authority signed: path of the PEM file of whoever did. Certificates are always verified.',
    ),
    cert: file('Own certificate', 'Where the broker asks for one: path of its PEM file.'),
    key: file('Key of the own certificate', 'Path of its PEM file.'),
    topic: Type.String({
      title: 'Base topic',
      description:
        'All that this hub says stands below it. Give each hub its own where several share a broker.',
      pattern: TOPIC,
      maxLength: 128,
      default: DEFAULT_TOPIC,
    }),
    homeAssistant: Type.Boolean({
      title: 'Home Assistant',
      description: 'Home Assistant, where it uses the same broker, finds the cameras by itself.',
      default: true,
    }),
    discoveryPrefix: Type.String({
      title: 'Discovery prefix',
      description: 'As set in the MQTT integration of Home Assistant.',
      pattern: TOPIC,
      maxLength: 128,
      default: HOME_ASSISTANT,
    }),
    pictures: Type.Boolean({
      title: 'Pictures',
      description:
        'The last picture of a ring, of somebody and of a package goes to the broker, which keeps it. Whoever may read the broker sees them.',
      default: false,
    }),
    commands: Type.Boolean({
      title: 'Commands',
      description:
        'Whoever may write to the broker may switch detection and privacy mode, and say that packages were taken in.',
      default: false,
    }),
  },
  { title: 'MQTT', additionalProperties: false },
);
