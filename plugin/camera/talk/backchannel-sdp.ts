/**
 * Finds the backchannel in what a camera describes (RFC 4566; ONVIF Streaming Specification, 5.3): the audio track that it calls
 * `sendonly`, because it is the client that sends.
 */

export type BackchannelCodec =
  | { name: 'PCMU' | 'PCMA' }
  /** `config` is the AudioSpecificConfig; sizes are those of RFC 3640, mode AAC-hbr. */
  | { name: 'AAC'; config: Buffer };

export interface BackchannelTrack {
  codec: BackchannelCodec;
  payloadType: number;
  /** Samples a second, which is also the RTP clock. */
  sampleRate: number;
  channels: number;
  /** As the camera writes it; see {@link controlUrl}. */
  control: string;
}

export interface BackchannelDescription {
  /** Undefined when the camera has no backchannel, or none that we can speak. */
  track: BackchannelTrack | undefined;
  /** Names of the codecs offered, for words: empty when there is no backchannel at all. */
  offered: string[];
  /** `a=control` of the first video track, and of the session. */
  video: string | undefined;
  session: string | undefined;
}

interface Section {
  kind: string;
  payloadTypes: number[];
  attributes: readonly Attribute[];
}

interface Attribute {
  name: string;
  value: string;
}

/** RFC 3551, table 4: these need no `a=rtpmap`. */
const STATIC: Record<number, string> = { 0: 'PCMU/8000', 8: 'PCMA/8000', 9: 'G722/8000', 2: 'G726-32/8000' };
/** G.711 is made in the hub, without a program and without delay. */
const PREFERENCE = ['PCMU', 'PCMA', 'AAC'];
const SAMPLE_RATES = { min: 8000, max: 48_000 };

/** Never throws: what cannot be read is left out. */
export function readBackchannel(sdp: string): BackchannelDescription {
  const { session, sections } = readSections(sdp);
  const video = sections.find(({ kind }) => kind === 'video');
  // A camera whose picture is "sendonly", too, speaks of its own sending, and has no backchannel (AlexxIT/go2rtc issue 771).
  const own = video !== undefined && has(video, 'sendonly');
  const ways = own ? [] : sections.filter((section) => section.kind === 'audio' && has(section, 'sendonly'));
  const formats = ways.flatMap((section) => section.payloadTypes.map((type) => readFormat(section, type)));
  const tracks = formats.flatMap(({ track }) => track ?? []);
  tracks.sort((a, b) => PREFERENCE.indexOf(a.codec.name) - PREFERENCE.indexOf(b.codec.name));
  return {
    track: tracks[0],
    offered: [...new Set(formats.map(({ name }) => name))],
    video: video && attributeOf(video.attributes, 'control'),
    session: attributeOf(session, 'control'),
  };
}

function readSections(sdp: string): { session: Attribute[]; sections: Section[] } {
  const session: Attribute[] = [];
  const sections: (Section & { attributes: Attribute[] })[] = [];
  for (const line of sdp.split(/\r\n|\r|\n/)) {
    const media = /^m=(\S+)\s+\S+\s+\S+\s*(.*)$/.exec(line);
    const attribute = /^a=([\w-]+)(?::(.*))?$/.exec(line.trimEnd());
    if (media) {
      const payloadTypes = (media[2] ?? '').split(/\s+/).filter((type) => /^\d{1,3}$/.test(type));
      sections.push({ kind: media[1] ?? '', payloadTypes: payloadTypes.map(Number), attributes: [] });
    } else if (attribute) {
      const into = sections.at(-1)?.attributes ?? session;
      into.push({ name: (attribute[1] ?? '').toLowerCase(), value: attribute[2]?.trim() ?? '' });
    }
  }
  return { session, sections };
}

const has = ({ attributes }: Section, name: string) =>
  attributes.some((attribute) => attribute.name === name);

const attributeOf = (attributes: readonly Attribute[], name: string) =>
  attributes.find((attribute) => attribute.name === name)?.value;

/** Value of `a=rtpmap:<type> …` or `a=fmtp:<type> …`. */
function ofType({ attributes }: Section, name: string, type: number): string | undefined {
  const found = attributes.find(
    (attribute) => attribute.name === name && Number.parseInt(attribute.value, 10) === type,
  );
  return found?.value.replace(/^\d+\s*/, '');
}

function readFormat(section: Section, payloadType: number): { name: string; track?: BackchannelTrack } {
  const rtpmap = ofType(section, 'rtpmap', payloadType) ?? STATIC[payloadType] ?? 'unknown';
  const [encoding = '', rate = '', channelText = '1'] = rtpmap.split('/');
  const name = encoding.toUpperCase();
  const sampleRate = Number(rate);
  const channels = Number(channelText);
  const codec = readCodec(name, ofType(section, 'fmtp', payloadType) ?? '');
  const control = attributeOf(section.attributes, 'control') ?? '';
  const fits =
    payloadType < 128 &&
    sampleRate >= SAMPLE_RATES.min &&
    sampleRate <= SAMPLE_RATES.max &&
    (channels === 1 || channels === 2);
  if (!codec || !fits || (channels === 2 && codec.name !== 'AAC')) return { name: rtpmap };
  return { name: rtpmap, track: { codec, payloadType, sampleRate, channels, control } };
}

function readCodec(name: string, fmtp: string): BackchannelCodec | undefined {
  if (name === 'PCMU' || name === 'PCMA') return { name };
  if (name !== 'MPEG4-GENERIC') return undefined;
  const parameter = (key: string) => new RegExp(`(?:^|;)\\s*${key}\\s*=\\s*([^;\\s]+)`, 'i').exec(fmtp)?.[1];
  const config = Buffer.from(parameter('config') ?? '', 'hex');
  // Mode AAC-hbr, the one that cameras use; a header of another shape would be noise to them.
  const hbr = Number(parameter('sizelength') ?? 13) === 13 && Number(parameter('indexlength') ?? 3) === 3;
  return hbr && isAacLc(config) ? { name: 'AAC', config } : undefined;
}

/** Object type 2 (ISO/IEC 14496-3, 1.6.2.1), which is what ffmpeg encodes. */
const isAacLc = (config: Buffer) => config.length >= 2 && (config[0] ?? 0) >> 3 === 2;

/**
 * The URL of a track. Like ffmpeg, it puts a relative control after the base, query and all: Dahua and Hikvision answer to
 * `…/cam/realmonitor?channel=1/trackID=5`, which the rules for URLs would never make.
 */
export function controlUrl(base: string, control: string): string {
  if (control === '' || control === '*') return base;
  // AlexxIT/go2rtc issue 830.
  if (/^rtsps?:\/\//i.test(control)) return control.replace(/^rtsps?:\/\/(?=rtsps?:\/\/)/i, '');
  return `${base.replace(/\/$/, '')}/${control.replace(/^\//, '')}`;
}
