/** Where each maker keeps the settings that the doctor asks to change. Menus move between firmware versions; the names stay. */
import { BRAND_NAMES, type Brand } from './brand.ts';
import type { CameraFacts } from './facts.ts';

export const SETTINGS = [
  'codec',
  'keyframe',
  'steady-keyframe',
  'b-frames',
  'profile',
  'bit-rate',
  'size',
  'frame-rate',
  'audio',
  'clock',
  'onvif',
] as const;
export type Setting = (typeof SETTINGS)[number];

const USUAL_FPS = 15;

/** Pictures a second, for makers that count keyframes in pictures. */
interface Wish {
  fps: number;
}

type Place = string | ((wish: Wish) => string);

/** What to set where no maker is known, or theirs has no setting of that name. */
const ANYWHERE: Record<Setting, Place> = {
  codec: 'In the camera\'s own settings for the main stream, set "Video codec" or "Encoding" to H.264.',
  keyframe: ({ fps }) =>
    `In the camera's own settings for the main stream, set "I-frame interval" (also called GOP or keyframe interval) to 2 seconds, which is ${frames(fps)} pictures.`,
  'steady-keyframe':
    'In the camera\'s own settings for the main stream, switch off "Smart codec", "H.264+" or a dynamic GOP.',
  'b-frames':
    "In the camera's own settings for the main stream, set B-frames to 0, or the profile to Baseline.",
  profile: 'In the camera\'s own settings for the main stream, set the H.264 "Profile" to Main or High.',
  'bit-rate':
    "In the camera's own settings for the main stream, set the maximum bit rate to 4096 kbit/s or less.",
  size: "In the camera's own settings for the main stream, set the resolution to 1920x1080 or 1280x720.",
  'frame-rate': "In the camera's own settings for the main stream, set the frame rate to a steady 15 to 30.",
  audio: "In the camera's own settings for sound, switch it on and set its codec to AAC.",
  clock: "In the camera's own settings for date and time, switch NTP on, with your router as the server.",
  onvif:
    'In the camera\'s own settings for the network, switch ONVIF on and make an ONVIF user, then fill in "ONVIF" of this camera in the Doorstep settings.',
};

const DAHUA: Partial<Record<Setting, Place>> = {
  codec: 'In its web page under Setup > Camera > Video > Main Stream, set "Encode Mode" to H.264H.',
  keyframe: ({ fps }) =>
    `In its web page under Setup > Camera > Video > Main Stream, set "I Frame Interval" to ${frames(fps)}.`,
  'steady-keyframe': 'In its web page under Setup > Camera > Video > Main Stream, set "Smart Codec" to Off.',
  'b-frames': 'In its web page under Setup > Camera > Video > Main Stream, set "Encode Mode" to H.264B.',
  profile: 'In its web page under Setup > Camera > Video > Main Stream, set "Encode Mode" to H.264H.',
  'bit-rate':
    'In its web page under Setup > Camera > Video > Main Stream, set "Bit Rate" to 4096 or less, with "Bit Rate Type" CBR.',
  size: 'In its web page under Setup > Camera > Video > Main Stream, set "Resolution" to 1080P or 720P.',
  'frame-rate':
    'In its web page under Setup > Camera > Video > Main Stream, set "Frame Rate (FPS)" to 15 to 30.',
  audio: 'In its web page under Setup > Camera > Audio, enable the main stream and set "Encode Mode" to AAC.',
  clock: 'In its web page under Setup > System > General > Date & Time, switch "Synchronize with NTP" on.',
  onvif:
    'In its web page under Setup > Network > Access Platform > ONVIF, switch it on, and make an ONVIF user under Setup > System > Account.',
};

const PLACES: Record<Brand, Partial<Record<Setting, Place>>> = {
  reolink: {
    codec:
      'In the Reolink app or web page under Settings > Camera > Stream > Clear, set "Encoding" to H.264; a model without that choice gives H.264 at a resolution below 4K.',
    keyframe:
      'In the Reolink web page or desktop client under Settings > Camera > Stream > Clear, set "Interframe Space" to 2x.',
    'steady-keyframe':
      'In the Reolink web page or desktop client under Settings > Camera > Stream > Clear, set "Frame Rate Mode" to Fixed.',
    'bit-rate':
      'In the Reolink app under Settings > Camera > Stream > Clear, set "Max Bitrate" to 4096 kbps or less.',
    size: 'In the Reolink app under Settings > Camera > Stream > Clear, choose a smaller "Resolution".',
    'frame-rate':
      'In the Reolink app under Settings > Camera > Stream > Clear, set "Frame Rate" to 15 to 30.',
    audio: 'In the Reolink app under Settings > Audio, switch "Record Audio" on.',
    clock:
      'In the Reolink web page or desktop client under Settings > Network > Advanced > NTP, switch it on and press Synchronize.',
    onvif:
      'In the Reolink app or desktop client under Settings > Network > Advanced > Server Settings, switch ONVIF and RTSP on; its ONVIF port is 8000.',
  },
  hikvision: {
    codec:
      'In its web page under Configuration > Video/Audio > Video > Main Stream, set "Video Encoding" to H.264.',
    keyframe: ({ fps }) =>
      `In its web page under Configuration > Video/Audio > Video > Main Stream, set "I Frame Interval" to ${frames(fps)}.`,
    'steady-keyframe':
      'In its web page under Configuration > Video/Audio > Video > Main Stream, set "H.264+" to OFF.',
    'b-frames':
      'In its web page under Configuration > Video/Audio > Video > Main Stream, set "Profile" to Basic, or "SVC" to OFF.',
    profile:
      'In its web page under Configuration > Video/Audio > Video > Main Stream, set "Profile" to Main or High Profile.',
    'bit-rate':
      'In its web page under Configuration > Video/Audio > Video > Main Stream, set "Max. Bitrate" to 4096 Kbps or less.',
    size: 'In its web page under Configuration > Video/Audio > Video > Main Stream, set "Resolution" to 1920*1080P or 1280*720P.',
    'frame-rate':
      'In its web page under Configuration > Video/Audio > Video > Main Stream, set "Frame Rate" to 15 to 30.',
    audio:
      'In its web page under Configuration > Video/Audio, set "Video Type" to Video & Audio, and "Audio Encoding" to AAC.',
    clock: 'In its web page under Configuration > System > System Settings > Time Settings, choose NTP.',
    onvif:
      'In its web page under Configuration > Network > Advanced Settings > Integration Protocol, enable Open Network Video Interface and add a user there.',
  },
  dahua: DAHUA,
  amcrest: DAHUA,
  axis: {
    codec: 'Write videocodec=h264 into its RTSP address: rtsp://…/axis-media/media.amp?videocodec=h264.',
    keyframe: ({ fps }) =>
      `Write videokeyframeinterval=${frames(fps)} into its RTSP address, or set "GOP length" to that in its web page under Video > Stream.`,
    'steady-keyframe':
      'Write videozgopmode=fixed into its RTSP address, or switch "Dynamic GOP" off in its web page under Video > Stream > Zipstream.',
    'bit-rate':
      'Write videomaxbitrate=4096 into its RTSP address, or set it in its web page under Video > Stream.',
    size: 'Write resolution=1920x1080 into its RTSP address, or set it in its web page under Video > Stream.',
    'frame-rate': 'Write fps=25 into its RTSP address, or set it in its web page under Video > Stream.',
    audio: 'Write audio=1 into its RTSP address, and set the encoding to AAC in its web page under Audio.',
    clock: 'In its web page under System > Date and time, choose automatic (NTP).',
    onvif:
      'In its web page under System > Accounts > ONVIF accounts, add an account of the role Media account.',
  },
  tapo: {
    codec:
      'In the Tapo app under camera settings > Video & Display, switch H.265 off where the model has it.',
    keyframe:
      'Tapo cameras have no setting for it; nothing is wrong with yours, and the hub makes the picture anew where it must.',
    'steady-keyframe':
      'Tapo cameras have no setting for it; nothing is wrong with yours, and the hub makes the picture anew where it must.',
    'bit-rate':
      'In the Tapo app under camera settings > Video & Display > Video Quality, choose a lower one.',
    size: 'In the Tapo app under camera settings > Video & Display > Video Quality, choose a lower one.',
    audio: 'Tapo cameras send G.711 only; the hub converts it, there is nothing to set.',
    clock:
      'In the Tapo app under camera settings > Basic settings > Time zone, set the time zone of your house.',
    onvif:
      'In the Tapo app under camera settings > Advanced settings > Camera account, make an account; its ONVIF port is 2020.',
  },
  unifi: {
    codec:
      'In UniFi Protect under the settings of this camera > Recording, set "Encoding" to Standard (H.264).',
    keyframe: 'UniFi Protect has no setting for it; the hub makes the picture anew where it must.',
    'steady-keyframe': 'UniFi Protect has no setting for it; the hub makes the picture anew where it must.',
    'bit-rate':
      'In UniFi Protect under Settings > Advanced > RTSP of this camera, share the Medium stream instead.',
    size: 'In UniFi Protect under Settings > Advanced > RTSP of this camera, share the Medium stream instead.',
    audio: 'In UniFi Protect under the settings of this camera, switch the microphone on.',
    clock: 'In the UniFi console under Settings > System, check its time zone and NTP servers.',
    onvif:
      'UniFi cameras speak no ONVIF: report presses and motion by webhook from the Alarm Manager of UniFi Protect.',
  },
  ezviz: {
    codec:
      'In EZVIZ Studio under the advanced settings of the device > Video, set "Video Encoding" to H.264, and switch image encryption off in the EZVIZ app.',
    keyframe: ({ fps }) =>
      `In EZVIZ Studio under the advanced settings of the device > Video, set "I Frame Interval" to ${frames(fps)}.`,
    clock: 'In the EZVIZ app under the settings of the device, set its time zone and let it synchronise.',
    onvif:
      'In the EZVIZ app under the settings of the device, switch local live view (LAN, ONVIF) on where the model has it.',
  },
  'wyze-bridge': {
    codec:
      'In the settings of Wyze Bridge, choose H.264 for this camera; it can also encode anew with H264_ENC.',
    keyframe: 'Wyze cameras have no setting for it; the hub makes the picture anew where it must.',
    'steady-keyframe': 'Wyze cameras have no setting for it; the hub makes the picture anew where it must.',
    'bit-rate': 'In the settings of Wyze Bridge, lower the bit rate with QUALITY, such as HD120.',
    size: 'In the settings of Wyze Bridge, choose another QUALITY for this camera.',
    audio: 'In the settings of Wyze Bridge, switch sound on with ENABLE_AUDIO.',
    onvif: 'Wyze cameras speak no ONVIF: report motion by MQTT or webhook from Wyze Bridge.',
  },
  go2rtc: {
    codec:
      'In go2rtc.yaml take the stream through ffmpeg: ffmpeg:<name>#video=h264, or set H.264 at the camera itself.',
    keyframe: 'Set the keyframe interval at the camera itself, to 2 seconds: go2rtc passes on what it gets.',
    'steady-keyframe': 'Switch smart codecs off at the camera itself: go2rtc passes on what it gets.',
    'bit-rate': 'Lower the bit rate at the camera itself: go2rtc passes on what it gets.',
    audio: 'In go2rtc.yaml add a second source to the stream: ffmpeg:<name>#audio=aac.',
    onvif: 'Fill in "ONVIF" of this camera with the address of the camera itself, not of go2rtc.',
  },
};

/** One sentence: where to set it for this camera; in general words where its maker is not known, or has no such setting. */
export function whereToSet(
  setting: Setting,
  { brand, video, measured }: Pick<CameraFacts, 'brand' | 'video' | 'measured'>,
): string {
  const own = brand && PLACES[brand][setting];
  const place = own ?? ANYWHERE[setting];
  const text = typeof place === 'string' ? place : place({ fps: video?.fps ?? measured?.fps ?? USUAL_FPS });
  return own ? text.replace(/\bin its web page/i, `$& (${BRAND_NAMES[brand]})`) : text;
}

/** A keyframe every two seconds: short enough for a quick start, long enough to cost little. */
function frames(fps: number): number {
  return Math.max(2, Math.round(fps * 2));
}
