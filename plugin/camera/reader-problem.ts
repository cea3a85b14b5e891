/** What ffmpeg's last words mean to the person who set up the camera. */
import type { Problem } from '../../protocol/api.ts';
import type { Exit } from '../system/child.ts';
import { withoutSecrets } from '../system/log.ts';
import type { TcpAddress } from './tcp-reach.ts';

/**
 * Why a reader ended: by itself, because nothing came any more, because its bytes or its times made no sense, or because the
 * camera now sends another picture.
 */
export type ReaderEnd =
  | { kind: 'exit'; exit: Exit }
  | { kind: 'stall'; seconds: number }
  | { kind: 'broken'; why: string; sound: boolean }
  | { kind: 'times' }
  | { kind: 'changed' };

interface Meaning {
  pattern: RegExp;
  problem: (address: string) => Problem;
}

const unreachable =
  (how: string) =>
  (address: string): Problem => ({
    code: 'camera-unreachable',
    what: `The camera at ${address} ${how}.`,
    cure: 'Check that it has power and network, and that the address and port in its RTSP URL are right.',
  });

/** A status of the camera as ffmpeg repeats it: such a number alone may be anything. */
const status = (codes: string, words: string) =>
  new RegExp(String.raw`(?:Server returned|method \w+ failed:) (?:${codes})\b|${words}`, 'i');

/** What decoders say of damaged pictures and sound is full of numbers, and never why a connection ended. */
const DECODING =
  /^\[(?:h264|hevc|aac\w*|opus|mjpeg|pcm_\w+|swscaler) @|\[dec:|Error while decoding stream|submitting (?:a )?packet to (?:the )?decoder/i;

/** The first that fits counts. */
const MEANINGS: Meaning[] = [
  {
    pattern: status('401', 'authorization failed'),
    problem: () => ({
      code: 'wrong-password',
      what: 'The camera refuses the user name or password.',
      cure: 'Correct them in its RTSP URL; special characters there must be written as in %40 for @.',
    }),
  },
  {
    pattern: status('403', 'access denied'),
    problem: () => ({
      code: 'access-forbidden',
      what: 'The camera does not let this user see the stream.',
      cure: 'Allow the user to view live video in the settings of the camera.',
    }),
  },
  {
    pattern: status('404', 'Stream Not Found'),
    problem: (address) => ({
      code: 'no-such-stream',
      what: `The camera at ${address} has no stream of that name.`,
      cure: 'Correct the path in its RTSP URL; the manual of the camera names it.',
    }),
  },
  {
    pattern: status('461', 'Unsupported Transport'),
    problem: () => ({
      code: 'transport-refused',
      what: 'The camera does not offer this RTSP transport.',
      cure: 'Change "transport" of this camera from tcp to udp, or back.',
    }),
  },
  {
    pattern: status('453|503', 'Not Enough Bandwidth|Service Unavailable'),
    problem: () => ({
      code: 'camera-busy',
      what: 'The camera serves no further viewer now.',
      cure: 'Close other programs that read from it, or restart the camera.',
    }),
  },
  {
    pattern: /Failed to resolve|Name or service not known|nodename nor servname|Temporary failure in name/i,
    problem: unreachable('has a name that cannot be resolved'),
  },
  { pattern: /Connection refused/i, problem: unreachable('refuses the connection') },
  {
    pattern: /No route to host|Network is unreachable|Host is down/i,
    problem: unreachable('cannot be reached'),
  },
  { pattern: /timed out|Error number -(?:138|110)\b/i, problem: unreachable('does not answer') },
  { pattern: /dimensions not set/i, problem: unreachable('takes the connection but sends no picture') },
  {
    pattern: /codec not currently supported in container|Could not find tag for codec/i,
    problem: () => ({
      code: 'unsupported-codec',
      what: 'The camera sends video in a format that cannot be recorded.',
      cure: 'Set the camera to H.264 or H.265.',
    }),
  },
  {
    pattern: /does not contain any stream|matches no streams/i,
    problem: () => ({
      code: 'no-video',
      what: 'The stream has no video.',
      cure: 'Check the path in its RTSP URL: it may be the one of the sound alone.',
    }),
  },
  {
    pattern: /Invalid data found|Could not find codec parameters/i,
    problem: (address) => ({
      code: 'not-a-stream',
      what: `What the camera at ${address} sends is not a readable video stream.`,
      cure: 'Check the port and path in its RTSP URL, and that the camera is set to H.264 or H.265.',
    }),
  },
];

/** One clear sentence and its cure; never holds a password. */
export function readerProblem(end: Exclude<ReaderEnd, { kind: 'changed' }>, url: string): Problem {
  const address = addressOf(url);
  if (end.kind === 'stall') return unreachable(`has sent no picture for ${end.seconds} s`)(address);
  if (end.kind === 'broken' || end.kind === 'times')
    return {
      code: 'stream-broken',
      what: `The stream of the camera at ${address} cannot be followed (${end.kind === 'times' ? 'its times make no sense' : end.why}).`,
      cure: 'It is opened anew. If this stays, restart the camera.',
    };
  const { exit } = end;
  if (exit.error)
    return {
      code: 'ffmpeg-not-started',
      what: `ffmpeg could not be started (${exit.error.message}).`,
      cure: 'Check that it is still installed: sudo apt install ffmpeg',
    };
  const lines = exit.stderrTail
    .filter((line) => !DECODING.test(line))
    .map((line) => lineWithoutSecrets(line, url));
  for (const { pattern, problem } of MEANINGS)
    if (lines.some((line) => pattern.test(line))) return problem(address);
  if (exit.code === 0) return unreachable('ended the stream, or fell silent')(address);
  const last =
    lines.findLast((line) => line.replace(/^\[\w+\]/, '').trim() !== '') ??
    `it ended with ${exit.code ?? exit.signal}`;
  return {
    code: 'reader-ended',
    what: `Reading from the camera at ${address} ended: ${last}`,
    cure: 'It is tried again. If this stays, check the RTSP URL with a video player such as VLC.',
  };
}

/** Host and port out of an RTSP URL, without user and password; tolerant, because passwords hold anything. */
export function addressOf(url: string): string {
  const shown = withoutSecrets(url).replace(/^[a-z]+:\/\/(\*\*\*@)?/i, '');
  return shown.split(/[/?#]/)[0] ?? '';
}

const RTSP_PORT = 554;
/** As ffmpeg has it; there is no registered one. */
const RTSPS_PORT = 322;

/** Whom to connect to for an RTSP URL; undefined when it names no host. */
export function tcpAddressOf(url: string): TcpAddress | undefined {
  const [, bracketed, named, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(addressOf(url)) ?? [];
  const host = bracketed ?? named;
  if (!host) return undefined;
  return { host, port: port ? Number(port) : /^rtsps:/i.test(url) ? RTSPS_PORT : RTSP_PORT };
}

/** A line of ffmpeg's that may repeat the URL. */
export function lineWithoutSecrets(line: string, url: string): string {
  return withoutSecrets(line.replaceAll(url, `rtsp://${addressOf(url)}`));
}
