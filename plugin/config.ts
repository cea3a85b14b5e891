/**
 * The one place where each option has its type, bounds, title, description and default. `config.schema.json` and the option
 * table in `docs/options.md` are generated from it.
 */
import Type, { type Static } from 'typebox';
import { homekitSchema, masksSchema, mqttTriggers, onvifSchema, port, talkSchema } from './camera-options.ts';
import { detectionSchema, detectorSchema } from './detection-options.ts';
import { mqttSchema } from './mqtt-options.ts';
import { recordingsSchema, recordMode } from './recording-options.ts';

const rtspUrl = (title: string, description: string) =>
  Type.String({
    title,
    description,
    pattern: '^rtsps?://\\S+$',
    maxLength: 2048,
    placeholder: 'rtsp://user:password@192.168.1.20/stream1',
  });

export const cameraSchema = Type.Object(
  {
    name: Type.String({
      title: 'Name',
      description:
        'Shown in HomeKit, Node-RED and the web app. It must start and end with a letter or a digit.',
      // HomeKit shows no emoji and refuses other first and last characters; 63 bytes are what mDNS carries.
      pattern: '^[\\p{L}\\p{N}]$|^[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{P} ]*[\\p{L}\\p{N}]$',
      minLength: 1,
      maxLength: 63,
    }),
    kind: Type.Enum(['doorbell', 'camera'], {
      title: 'Kind',
      description: 'A doorbell rings; a camera only watches.',
      default: 'doorbell',
    }),
    main: Type.Optional(
      rtspUrl(
        'Main stream',
        'RTSP address of the full-size stream: live view and recordings. With ONVIF it can be left out: the camera is asked.',
      ),
    ),
    detect: Type.Optional(
      rtspUrl(
        'Sub-stream',
        'RTSP address of a small stream (about 640x360), for motion and quick snapshots. Without it the main stream serves both.',
      ),
    ),
    transport: Type.Enum(['tcp', 'udp'], {
      title: 'RTSP transport',
      description: 'TCP loses nothing and is right for nearly every camera.',
      default: 'tcp',
    }),
    record: recordMode,
    recordAudio: Type.Boolean({
      title: 'Record sound',
      description:
        'Off by default: in many countries recording speech needs the consent of those who speak. Live view has sound either way.',
      default: false,
    }),
    standalone: Type.Boolean({
      title: 'Own HomeKit accessory',
      description:
        'Pairs as an accessory of its own, so that video takes the short way. Off: part of the Homebridge bridge.',
      default: true,
    }),
    onvif: Type.Optional(onvifSchema),
    talk: talkSchema,
    masks: masksSchema,
    masksBy: Type.Enum(['auto', 'hub'], {
      title: 'Masked by',
      description:
        'auto: by the camera itself where it can and a look at its picture proves it, else by the hub. The hub has to encode the picture anew for it, which costs processor time.',
      default: 'auto',
    }),
    detection: detectionSchema,
    mqtt: mqttTriggers,
    hap: homekitSchema,
  },
  { additionalProperties: false },
);

export const configSchema = Type.Object(
  {
    name: Type.String({
      title: 'Name',
      description: 'Name of this hub in the log.',
      default: 'Doorstep',
      minLength: 1,
      maxLength: 63,
    }),
    ffmpegPath: Type.Optional(
      Type.String({
        title: 'ffmpeg',
        description:
          'Path of the ffmpeg program. Empty: the one that came with the plugin, else the one on PATH.',
        minLength: 1,
      }),
    ),
    encoder: Type.Enum(['auto', 'software'], {
      title: 'Video encoder',
      description:
        'Where a picture must be encoded anew. auto: the hardware of this machine where it proves to work, else software.',
      default: 'auto',
    }),
    mqtt: Type.Optional(mqttSchema),
    api: Type.Object(
      {
        host: Type.String({
          title: 'Address',
          description: 'Network address to listen on; 0.0.0.0 is every one of this machine.',
          default: '0.0.0.0',
          minLength: 1,
        }),
        port: port('Port', 'Port of the web app and of the Node-RED nodes; 0 takes any free one.', 8586),
        allowedHosts: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
          title: 'Further host names',
          description:
            'Names under which browsers reach this hub, besides its addresses, localhost and its .local name.',
          default: [],
        }),
        advertise: Type.Boolean({
          title: 'Announce in the network',
          description:
            'Lets the Node-RED nodes find this hub (multicast DNS, _doorstep._tcp). Never where it listens on this machine alone.',
          default: true,
        }),
      },
      { title: 'Web app and API', default: {}, additionalProperties: false },
    ),
    recordings: recordingsSchema,
    detector: detectorSchema,
    cameras: Type.Array(cameraSchema, { title: 'Cameras', default: [] }),
  },
  { additionalProperties: false },
);

export type MqttConfig = Static<typeof mqttSchema>;
export type RecordingsConfig = Static<typeof recordingsSchema>;
export type HomeKitConfig = Static<typeof homekitSchema>;
export type OnvifConfig = Static<typeof onvifSchema>;
export type DetectionConfig = Static<typeof detectionSchema>;
/** `unknown`: it cannot be told which one was meant, and none other takes its place. */
export type DetectorConfig = Static<typeof detectorSchema> | { kind: 'unknown' };
export type TalkConfig = Static<typeof talkSchema>;
export type CameraConfig = Static<typeof cameraSchema>;
export type Config = Omit<Static<typeof configSchema>, 'detector'> & { detector: DetectorConfig };
