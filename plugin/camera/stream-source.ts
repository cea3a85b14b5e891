/** Where a stream is: an address that the owner wrote, or one that the camera is asked for. */
import { ProblemError } from '../system/problem.ts';
import { untilAborted } from './until-aborted.ts';

/** An `rtsp://` or `rtsps://` URL, or what finds it out; that is asked anew before each connection. */
export type StreamSource = string | (() => Promise<string>);

/**
 * The address for the next connection; undefined when the signal aborts first.
 *
 * @throws ProblemError what asking for it rejected with, or `no-stream-address` when it is not an RTSP URL
 */
export async function streamAddress(source: StreamSource, signal: AbortSignal): Promise<string | undefined> {
  const url = typeof source === 'string' ? source : await untilAborted(source(), signal);
  if (url === undefined || /^rtsps?:\/\/\S+$/i.test(url)) return url;
  throw new ProblemError({
    code: 'no-stream-address',
    what: 'The address of the stream is not an RTSP URL.',
    cure: 'Write it as rtsp://user:password@address/path, or fill in the ONVIF address of the camera.',
  });
}
