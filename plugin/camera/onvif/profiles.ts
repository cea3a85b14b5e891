/** Stream profiles, by Media2 (ONVIF Media2 Service Specification, section 5.2), or by Media where a camera has no better. */
import {
  escapeXml,
  findElement,
  findElements,
  findNumber,
  findText,
  type XmlElement,
} from '../../system/xml.ts';
import { type Credentials, streamAddress } from './address-policy.ts';
import type { StreamProfile } from './contract.ts';
import { OnvifError } from './onvif-error.ts';
import type { OnvifSession } from './session.ts';
import { NS } from './soap.ts';

/** A profile before its address is known. */
export type ProfileFacts = Omit<StreamProfile, 'url'>;

const MAX_PROFILES = 16;
const CODECS: Readonly<Record<string, string>> = {
  h265: 'hevc',
  'h.265': 'hevc',
  'h.264': 'h264',
  jpeg: 'mjpeg',
};

/** All profiles with a picture and an address. Rejects with an `OnvifError`. */
export async function readProfiles(
  session: OnvifSession,
  login: { host: string } & Credentials,
): Promise<StreamProfile[]> {
  if (session.endpoints.media2) {
    // Some cameras announce Media2 and then fail in it.
    const profiles = await readWith('media2', session, login).catch((error: unknown) => {
      const lost = error instanceof OnvifError && (error.kind === 'unreachable' || error.kind === 'silent');
      if (lost || !session.endpoints.media) throw error;
      return [];
    });
    if (profiles.length > 0 || !session.endpoints.media) return profiles;
  }
  return readWith('media', session, login);
}

async function readWith(
  service: 'media' | 'media2',
  session: OnvifSession,
  login: { host: string } & Credentials,
): Promise<StreamProfile[]> {
  const listed = await session.call(
    service,
    service === 'media2'
      ? `<GetProfiles xmlns="${NS.media2}"><Type>VideoSource</Type><Type>VideoEncoder</Type><Type>AudioEncoder</Type></GetProfiles>`
      : `<GetProfiles xmlns="${NS.media}"/>`,
  );
  const found: StreamProfile[] = [];
  for (const facts of (service === 'media2' ? readMedia2Profiles : readMediaProfiles)(listed)) {
    const url = await addressOf(service, facts.token, session, login);
    if (url !== undefined) found.push({ ...facts, url });
  }
  return found;
}

async function addressOf(
  service: 'media' | 'media2',
  profile: string,
  session: OnvifSession,
  login: { host: string } & Credentials,
): Promise<string | undefined> {
  const token = `<ProfileToken>${escapeXml(profile)}</ProfileToken>`;
  try {
    const reply = await session.call(
      service,
      service === 'media2'
        ? `<GetStreamUri xmlns="${NS.media2}"><Protocol>RTSP</Protocol>${token}</GetStreamUri>`
        : `<GetStreamUri xmlns="${NS.media}"><StreamSetup><Stream xmlns="${NS.schema}">RTP-Unicast</Stream>` +
            `<Transport xmlns="${NS.schema}"><Protocol>RTSP</Protocol></Transport></StreamSetup>${token}</GetStreamUri>`,
    );
    return streamAddress(findText(reply, 'Uri') ?? findText(reply, 'MediaUri', 'Uri') ?? '', login);
  } catch (error) {
    // One profile without an address (metadata, a lens that is off) hides none of the others.
    if (error instanceof OnvifError && (error.kind === 'fault' || error.kind === 'unsupported'))
      return undefined;
    throw error;
  }
}

/** From a `GetProfilesResponse` of Media2. */
export function readMedia2Profiles(reply: XmlElement): ProfileFacts[] {
  return findElements(reply, 'Profiles')
    .slice(0, MAX_PROFILES)
    .flatMap((profile) => {
      const all = findElement(profile, 'Configurations');
      const encoder = findElement(all, 'VideoEncoder');
      return facts(profile, encoder, {
        gopLength: numberOf(encoder?.attributes.get('GovLength')),
        audio: findText(all, 'AudioEncoder', 'Encoding'),
        source: findText(all, 'VideoSource', 'SourceToken'),
      });
    });
}

/** From a `GetProfilesResponse` of Media. */
export function readMediaProfiles(reply: XmlElement): ProfileFacts[] {
  return findElements(reply, 'Profiles')
    .slice(0, MAX_PROFILES)
    .flatMap((profile) => {
      const encoder = findElement(profile, 'VideoEncoderConfiguration');
      return facts(profile, encoder, {
        gopLength: findNumber(encoder, 'H264', 'GovLength') ?? findNumber(encoder, 'MPEG4', 'GovLength'),
        audio: findText(profile, 'AudioEncoderConfiguration', 'Encoding'),
        source: findText(profile, 'VideoSourceConfiguration', 'SourceToken'),
      });
    });
}

interface MoreFacts {
  gopLength: number | undefined;
  audio: string | undefined;
  source: string | undefined;
}

function facts(
  profile: XmlElement,
  encoder: XmlElement | undefined,
  { gopLength, audio, source }: MoreFacts,
): ProfileFacts[] {
  const token = profile.attributes.get('token');
  const codec = findText(encoder, 'Encoding')?.toLowerCase();
  const width = findNumber(encoder, 'Resolution', 'Width');
  const height = findNumber(encoder, 'Resolution', 'Height');
  if (!token || codec === undefined || !isSize(width) || !isSize(height)) return [];
  const rate = findElement(encoder, 'RateControl');
  const numbers = {
    fps: findNumber(rate, 'FrameRateLimit'),
    gopLength,
    encodingInterval: findNumber(rate, 'EncodingInterval'),
    kbps: findNumber(rate, 'BitrateLimit'),
  };
  return [
    {
      token,
      name: (findText(profile, 'Name') ?? token).slice(0, 100),
      codec: CODECS[codec] ?? codec.slice(0, 32),
      width,
      height,
      ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined && value > 0)),
      ...(audio !== undefined && { audio: audio.toLowerCase().slice(0, 32) }),
      ...(source !== undefined && { source }),
    },
  ];
}

function isSize(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0 && value <= 16_384;
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) ? value : undefined;
}
