/** What a camera itself says of its sound: the reader has made AAC of it where MP4 cannot hold it. */
import type { AudioFacts } from '../../../protocol/api.ts';
import { parseRtspUrl } from '../rtsp/rtsp-address.ts';
import { connectRtsp } from '../rtsp/rtsp-client.ts';
import type { ReachDeps } from './rtsp-reach.ts';

/** Names of RTP payloads (RFC 3551, RFC 3640, RFC 7587), as ffmpeg names the codecs. */
const CODECS: Record<string, string> = {
  pcmu: 'pcm_mulaw',
  pcma: 'pcm_alaw',
  'mpeg4-generic': 'aac',
  'mp4a-latm': 'aac',
  opus: 'opus',
  l16: 'pcm_s16be',
  mpa: 'mp3',
};
/** RFC 3551, table 4: these need no `a=rtpmap`. */
const STATIC: Record<string, string> = { 0: 'PCMU/8000', 8: 'PCMA/8000', 14: 'MPA/90000' };

/** Asks DESCRIBE, which opens no session. Undefined without sound, and where the camera does not answer. Never rejects. */
export async function describeSound(
  url: string,
  { clock, signal }: ReachDeps,
): Promise<AudioFacts | undefined> {
  try {
    const address = parseRtspUrl(url);
    using client = await connectRtsp({ address, clock, signal });
    const { body } = await client.request('DESCRIBE', address.url, { Accept: 'application/sdp' });
    return soundIn(body);
  } catch {
    return undefined;
  }
}

/** The first sound that comes from the camera, in an SDP (RFC 4566). Never throws. */
export function soundIn(sdp: string): AudioFacts | undefined {
  const media = sdp.split(/^m=/m).slice(1);
  const sound = media.find((each) => each.startsWith('audio ') && !/^a=sendonly\s*$/m.test(each));
  const type = /^audio \S+ \S+ (\d{1,3})\b/.exec(sound ?? '')?.[1];
  if (sound === undefined || type === undefined) return undefined;
  const mapped = new RegExp(`^a=rtpmap:${type}\\s+(\\S+)`, 'm').exec(sound)?.[1] ?? STATIC[type];
  const [name = '', rate = '', channels = '1'] = (mapped ?? '').split('/');
  const sampleRate = Number(rate);
  if (!name || !(sampleRate >= 4000 && sampleRate <= 192_000)) return undefined;
  const codec = CODECS[name.toLowerCase()] ?? name.toLowerCase();
  return { codec, sampleRate, channels: Number(channels) === 2 ? 2 : 1 };
}
