/** Takes an RTSP URL apart the way ffmpeg does, because people write for ffmpeg: the password ends at the last `@` before the path. */
import { ProblemError } from '../../system/problem.ts';

export interface RtspAddress {
  host: string;
  port: number;
  tls: boolean;
  /** Empty when the URL names nobody. */
  user: string;
  password: string;
  /** The URL without user and password, as it goes into requests. */
  url: string;
}

/** As ffmpeg has it; RFC 7826 names the second one. */
const DEFAULT_PORT = { rtsp: 554, rtsps: 322 } as const;

/** @throws ProblemError `bad-rtsp-url` */
export function parseRtspUrl(text: string): RtspAddress {
  const [, scheme = '', authority = '', rest = ''] = /^(rtsps?):\/\/([^/?#]*)(\S*)$/i.exec(text.trim()) ?? [];
  const at = authority.lastIndexOf('@');
  const place = authority.slice(at + 1);
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/.exec(place) ?? [];
  const host = bracketed ?? plain;
  const tls = scheme.toLowerCase() === 'rtsps';
  const port = digits === undefined ? DEFAULT_PORT[tls ? 'rtsps' : 'rtsp'] : Number(digits);
  if (host === undefined || port < 1 || port > 65535) {
    throw new ProblemError({
      code: 'bad-rtsp-url',
      what: 'The RTSP URL of this camera cannot be read.',
      cure: 'Write it like rtsp://user:password@192.168.1.20:554/stream1.',
    });
  }
  const [, user = '', password = ''] =
    /^([^:]*)(?::(.*))?$/s.exec(at < 0 ? '' : authority.slice(0, at)) ?? [];
  return {
    ...{ host, port, tls },
    ...{ user: decoded(user), password: decoded(password) },
    url: `${scheme.toLowerCase()}://${place}${rest}`,
  };
}

/** A `%` that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
