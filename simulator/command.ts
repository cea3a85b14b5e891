import type { ParseArgsConfig } from 'node:util';
import { BACKCHANNELS } from './backchannel.ts';
import type { DoorbellOptions } from './doorbell.ts';
import { AUDIO_CODECS, VIDEO_CODECS } from './encoder-args.ts';
import { BRANDS } from './onvif/brands.ts';

export const OPTIONS = {
  'rtsp-port': { type: 'string', default: '0' },
  'control-port': { type: 'string', default: '0' },
  user: { type: 'string' },
  password: { type: 'string' },
  size: { type: 'string', default: '1280x720' },
  fps: { type: 'string', default: '15' },
  gop: { type: 'string', default: '2' },
  video: { type: 'string', default: 'h264' },
  sub: { type: 'string', default: 'h264' },
  'b-frames': { type: 'string', default: '0' },
  slices: { type: 'string', default: '1' },
  audio: { type: 'string', default: 'aac' },
  transport: { type: 'string', default: 'any' },
  backchannel: { type: 'string', default: 'none' },
  tls: { type: 'boolean', default: false },
  onvif: { type: 'string', default: 'none' },
  'onvif-port': { type: 'string', default: '0' },
  clip: { type: 'string' },
  evening: { type: 'boolean', default: false },
  name: { type: 'string', default: 'Front door' },
  ffmpeg: { type: 'string', default: 'ffmpeg' },
  'with-parent': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

export const HELP = `A doorbell that does not exist, with real RTSP streams and a control port.

  --rtsp-port N        port of the streams (0: any free one)
  --control-port N     port of the controls, on 127.0.0.1 (0: any free one)
  --user, --password   ask viewers for these (Digest)
  --size WxH           size of the main stream (1280x720)
  --fps N              pictures a second (15)
  --gop SECONDS        time between keyframes (2)
  --video CODEC        of the main stream: ${VIDEO_CODECS.join(', ')}
  --sub CODEC          of the sub-stream: ${VIDEO_CODECS.join(', ')}, none
  --b-frames N         pictures that need a later one, in a row (0)
  --slices N           slices of each picture (1)
  --audio CODEC        ${AUDIO_CODECS.join(', ')}
  --transport KIND     what viewers may ask for: tcp, udp, any
  --backchannel CODEC  in which it can be talked to: ${BACKCHANNELS.join(', ')}
  --tls                speak RTSP over TLS alone (rtsps)
  --onvif BRAND        speak ONVIF as this brand does: ${BRANDS.join(', ')}, none
  --onvif-port N       port of ONVIF (0: any free one)
  --clip FILE          play this file in a loop as the camera
  --evening            the porch by lamp light
  --name TEXT          name in the picture (Front door)
  --ffmpeg PATH        the ffmpeg to encode with
  --with-parent        end when standard input closes`;

export interface CommandValues {
  'rtsp-port': string;
  'control-port': string;
  user?: string | undefined;
  password?: string | undefined;
  size: string;
  fps: string;
  gop: string;
  video: string;
  sub: string;
  'b-frames': string;
  slices: string;
  audio: string;
  transport: string;
  backchannel: string;
  tls: boolean;
  onvif: string;
  'onvif-port': string;
  clip?: string | undefined;
  evening: boolean;
  name: string;
  ffmpeg: string;
  'with-parent': boolean;
}

export interface Command {
  doorbell: DoorbellOptions;
  controlPort: number;
  withParent: boolean;
}

/** Checks the values of the command line. @throws Error with one sentence that names the option. */
export function readCommand(values: CommandValues): Command {
  const { user, password, clip, name, ffmpeg } = values;
  if ((user === undefined) !== (password === undefined)) throw new Error('Give both --user and --password.');
  const brand = oneOf('onvif', values.onvif, [...BRANDS, 'none']);
  const onvifPort = numberOf('onvif-port', values['onvif-port'], 0, 65_535);
  const transport = oneOf('transport', values.transport, ['tcp', 'udp', 'any']);
  return {
    doorbell: {
      name,
      ffmpeg,
      rtspPort: numberOf('rtsp-port', values['rtsp-port'], 0, 65_535),
      ...sizeOf(values.size),
      fps: numberOf('fps', values.fps, 1, 60),
      gopSeconds: numberOf('gop', values.gop, 0.1, 60),
      video: oneOf('video', values.video, VIDEO_CODECS),
      sub: oneOf('sub', values.sub, [...VIDEO_CODECS, 'none']),
      bFrames: numberOf('b-frames', values['b-frames'], 0, 4),
      slices: numberOf('slices', values.slices, 1, 16),
      audio: oneOf('audio', values.audio, AUDIO_CODECS),
      backchannel: oneOf('backchannel', values.backchannel, BACKCHANNELS),
      tls: values.tls,
      light: values.evening ? 'evening' : 'day',
      ...(user !== undefined && password !== undefined && { credentials: { user, password } }),
      ...(transport !== 'any' && { transport }),
      ...(brand !== 'none' && { onvif: { brand, port: onvifPort } }),
      ...(clip !== undefined && { clip }),
    },
    controlPort: numberOf('control-port', values['control-port'], 0, 65_535),
    withParent: values['with-parent'],
  };
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new Error(`--${option} must be a number from ${least} to ${most}, not "${text}".`);
}

function oneOf<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new Error(`--${option} must be one of ${choices.join(', ')}, not "${text}".`);
}

function sizeOf(text: string): { width: number; height: number } {
  const [, width, height] = (/^(\d{2,4})x(\d{2,4})$/.exec(text) ?? []).map(Number);
  if (width && height && width % 2 === 0 && height % 2 === 0) return { width, height };
  throw new Error(`--size must be two even numbers such as 1280x720, not "${text}".`);
}
