/** What profile and level a stream was encoded with, from the decoder configuration in its header. */
import { isProfileForHomeKit } from '../homekit-limits.ts';

export interface CodecProfile {
  profile: string;
  level: string;
  /** True for 8 bit and 4:2:0, which is all that HomeKit's viewers are made for. */
  plain: boolean;
}

/** ITU-T H.264, annex A: `profile_idc`. */
const AVC_PROFILES: Record<number, string> = {
  66: 'Baseline',
  77: 'Main',
  88: 'Extended',
  100: 'High',
  110: 'High 10',
  122: 'High 4:2:2',
  244: 'High 4:4:4 Predictive',
};

/** ITU-T H.265, annex A: `general_profile_idc`. */
const HEVC_PROFILES: Record<number, string> = {
  1: 'Main',
  2: 'Main 10',
  3: 'Main Still Picture',
  4: 'Range Extensions',
};

/** From `avcC` or `hvcC` (ISO/IEC 14496-15); undefined for other codecs, and where it is too short. */
export function codecProfile(codec: string, config: Buffer | undefined): CodecProfile | undefined {
  if (codec === 'h264' && config && config.length >= 4) return avcProfile(config);
  if (codec === 'hevc' && config && config.length >= 13) return hevcProfile(config);
  return undefined;
}

function avcProfile(config: Buffer): CodecProfile {
  const [profile, constraints, level] = [config.readUInt8(1), config.readUInt8(2), config.readUInt8(3)];
  const constrained = profile === 66 && (constraints & 0x40) !== 0;
  // Level 1b is 11 with constraint_set3, in the profiles that know it.
  const oneB = level === 11 && (constraints & 0x10) !== 0 && profile <= 88;
  return {
    profile: (constrained ? 'Constrained ' : '') + (AVC_PROFILES[profile] ?? `profile ${profile}`),
    level: oneB ? '1b' : (level / 10).toFixed(1),
    plain: isProfileForHomeKit(profile),
  };
}

function hevcProfile(config: Buffer): CodecProfile {
  const profile = config.readUInt8(1) & 0x1f;
  return {
    profile: HEVC_PROFILES[profile] ?? `profile ${profile}`,
    level: (config.readUInt8(12) / 30).toFixed(1),
    plain: profile === 1,
  };
}
