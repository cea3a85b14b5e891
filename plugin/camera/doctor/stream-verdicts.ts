/** Judges the streams of a camera: what they are made of, for all that Doorstep does with them. */
import type { Verdict, VideoFacts } from '../../../protocol/api.ts';
import { whereToSet } from './brand-settings.ts';
import { codecName } from './codec-name.ts';
import type { CameraFacts } from './facts.ts';
import { groupLength, groupWords, unknownGroup } from './group-length.ts';
import { bad, better, good, unknown } from './verdict.ts';

/** Above it, live view waits noticeably for the first picture, and a fragment of HomeKit Secure Video cannot hold a group. */
const LONG_GROUP_MS = 4200;
const COMFORTABLE_GROUP_MS = 2200;
/** More than this much a second stutters on many a Wi-Fi. */
const HEAVY_KBPS = 8000;
/** A sub-stream is decoded all the time. */
const LARGE_SUB_PIXELS = 1280 * 720;
const GOOD_MAIN_PIXELS = 1280 * 720;
const NOT_MEASURED = 'The stream could not be measured now.';

/** A camera of which there has been a picture. */
type SeenCamera = CameraFacts & { video: VideoFacts };

/**
 * `stream` alone where there has never been a picture, else `codec`, `gop`, `b-frames`, `profile`, `resolution`, `frame-rate`, `bit-rate`,
 * `audio`, `sub-stream`.
 */
export function streamVerdicts(facts: CameraFacts): Verdict[] {
  const { video } = facts;
  if (!video) return [unknown('stream', 'There is no picture, so nothing can be said of the stream.')];
  return [codec, gop, bFrames, profile, resolution, frameRate, bitRate, audio, subStream].map((judge) =>
    judge({ ...facts, video }),
  );
}

function codec(facts: SeenCamera): Verdict {
  const { video, encoder } = facts;
  const other = facts.onvif?.profiles?.find(
    (each) => each.codec === 'h264' && each.width * each.height >= GOOD_MAIN_PIXELS,
  );
  const cure = other
    ? `${whereToSet('codec', facts)} Or take its stream "${other.name}" (${other.width}x${other.height}, H.264) as "Main stream".`
    : whereToSet('codec', facts);
  const name = codecName(video.codec);
  if (video.codec === 'h264') return good('codec', 'The main stream is H.264, which everything plays.');
  if (!encoder)
    return bad(
      'codec',
      `The main stream is ${name}, which HomeKit does not show, and this ffmpeg cannot make H.264 of it.`,
      cure,
    );
  return better(
    'codec',
    `The main stream is ${name}: for HomeKit it is encoded anew, which costs processor time, and not every browser plays it.`,
    cure,
  );
}

function gop(facts: SeenCamera): Verdict {
  const length = groupLength(facts);
  if (!length) return unknownGroup();
  const words = groupWords(length);
  if (length.unsteady)
    return better(
      'gop',
      `Keyframes come unevenly, about every ${words}, as with a smart codec or H.264+.`,
      whereToSet('steady-keyframe', facts),
    );
  if (length.ms > LONG_GROUP_MS)
    return bad(
      'gop',
      `A keyframe comes every ${words}: live view and clips begin late, and recordings for HomeKit are encoded anew.`,
      whereToSet('keyframe', facts),
    );
  if (length.ms > COMFORTABLE_GROUP_MS)
    return better(
      'gop',
      `A keyframe comes every ${words}: live view starts faster with one every 1 or 2 s.`,
      whereToSet('keyframe', facts),
    );
  return good('gop', `A keyframe comes every ${words}.`);
}

function bFrames(facts: SeenCamera): Verdict {
  if (!facts.measured) return unknown('b-frames', NOT_MEASURED);
  if (!facts.measured.bFrames) return good('b-frames', 'Pictures come in the order in which they are shown.');
  return better(
    'b-frames',
    'The main stream has B-frames, which add delay and which HomeKit cannot take as they are.',
    whereToSet('b-frames', facts),
  );
}

function profile(facts: SeenCamera): Verdict {
  const { measured, video } = facts;
  if (!measured?.profile) return unknown('profile', NOT_MEASURED);
  const words = `${codecName(video.codec)} ${measured.profile}${measured.level ? `, level ${measured.level}` : ''}`;
  if (measured.plain === false)
    return bad(
      'profile',
      `The main stream is ${words}, which phones and browsers hardly play.`,
      whereToSet('profile', facts),
    );
  return good('profile', `The main stream is ${words}.`);
}

function resolution({ video }: SeenCamera): Verdict {
  const words = `${video.width}x${video.height}`;
  if (video.height < 480)
    return better(
      'resolution',
      `The main stream is only ${words}, too small to know a face.`,
      'Fill in the address of its larger stream as "Main stream" in the Doorstep settings, and this one as "Sub-stream".',
    );
  return good('resolution', `The main stream is ${words}.`);
}

function frameRate(facts: SeenCamera): Verdict {
  const fps = facts.video?.fps ?? facts.measured?.fps;
  if (fps === undefined) return unknown('frame-rate', NOT_MEASURED);
  const words = `${Math.round(fps)} pictures a second`;
  if (fps < 9.5)
    return better(
      'frame-rate',
      `The main stream has only ${words}: people move in jerks.`,
      whereToSet('frame-rate', facts),
    );
  if (fps > 31)
    return better(
      'frame-rate',
      `The main stream has ${words}, more than HomeKit shows.`,
      whereToSet('frame-rate', facts),
    );
  return good('frame-rate', `The main stream has ${words}.`);
}

function bitRate(facts: SeenCamera): Verdict {
  const { measured } = facts;
  if (!measured) return unknown('bit-rate', NOT_MEASURED);
  const words = `${(measured.kbps / 1000).toFixed(1)} Mbit/s`;
  if (measured.kbps > HEAVY_KBPS)
    return better(
      'bit-rate',
      `The main stream takes ${words}, much for Wi-Fi and for viewers away from home.`,
      whereToSet('bit-rate', facts),
    );
  return good('bit-rate', `The main stream takes ${words}.`);
}

function audio(facts: SeenCamera): Verdict {
  if (!facts.audio)
    return better(
      'audio',
      'The main stream has no sound.',
      `${whereToSet('audio', facts)} Without a microphone all is well.`,
    );
  const { codec: name, sampleRate } = facts.audio;
  const words = `${codecName(name)} at ${sampleRate / 1000} kHz`;
  if (name === 'aac') return good('audio', `Sound is ${words}.`);
  return better(
    'audio',
    `Sound is ${words}: it is converted for HomeKit and recordings.`,
    whereToSet('audio', facts),
  );
}

function subStream({ sub, subWanted, video, onvif }: SeenCamera): Verdict {
  if (sub && sub.width * sub.height > LARGE_SUB_PIXELS)
    return better(
      'sub-stream',
      `The sub-stream is ${sub.width}x${sub.height}, larger than motion detection needs.`,
      'Set the sub-stream of the camera to about 640x360 at 5 to 15 pictures a second.',
    );
  if (sub)
    return good('sub-stream', `A sub-stream of ${sub.width}x${sub.height} serves motion and small viewers.`);
  if (subWanted)
    return unknown('sub-stream', 'The sub-stream is configured, and nothing has been read from it.');
  if (video.width * video.height <= LARGE_SUB_PIXELS)
    return good('sub-stream', 'There is no sub-stream; the main stream is small enough to serve as one.');
  const small = onvif?.profiles?.find(
    (each) => each.codec === 'h264' && each.width * each.height < LARGE_SUB_PIXELS,
  );
  return better(
    'sub-stream',
    'There is no sub-stream, so the large one is decoded all the time to watch for motion.',
    `Fill in the RTSP address of its ${small ? `stream "${small.name}" (${small.width}x${small.height})` : 'small stream'} as "Sub-stream" of this camera in the Doorstep settings.`,
  );
}
