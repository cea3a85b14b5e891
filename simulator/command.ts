import type { ParseArgsConfig } from 'node:util';
import type { DoorbellOptions } from './doorbell.ts';

export const OPTIONS = {
  'rtsp-port': { type: 'string', default: '0' },
  'control-port': { type: 'string', default: '0' },
  user: { type: 'string' },
  password: { type: 'string' },
  size: { type: 'string', default: '1280x720' },
  fps: { type: 'string', default: '15' },
  gop: { type: 'string', default: '2' },
  clip: { type: 'string' },
  'no-audio': { type: 'boolean', default: false },
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
  --clip FILE          play this file in a loop as the camera
  --no-audio           no sound
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
  clip?: string | undefined;
  'no-audio': boolean;
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
  return {
    doorbell: {
      name,
      ffmpeg,
      rtspPort: numberOf('rtsp-port', values['rtsp-port'], 0, 65_535),
      ...sizeOf(values.size),
      fps: numberOf('fps', values.fps, 1, 60),
      gopSeconds: numberOf('gop', values.gop, 0.1, 60),
      audio: values['no-audio'] ? 'none' : 'aac',
      light: values.evening ? 'evening' : 'day',
      ...(user !== undefined && password !== undefined && { credentials: { user, password } }),
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

function sizeOf(text: string): { width: number; height: number } {
  const [, width, height] = (/^(\d{2,4})x(\d{2,4})$/.exec(text) ?? []).map(Number);
  if (width && height && width % 2 === 0 && height % 2 === 0) return { width, height };
  throw new Error(`--size must be two even numbers such as 1280x720, not "${text}".`);
}
