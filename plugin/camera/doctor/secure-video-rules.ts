/** Judges each rule that HomeKit Secure Video has for a camera. */
import type { Verdict, VideoFacts } from '../../../protocol/api.ts';
import { FRAGMENT_MS, fillsFragments, isSizeForHomeKit } from '../homekit-limits.ts';
import { whereToSet } from './brand-settings.ts';
import { codecName } from './codec-name.ts';
import type { CameraFacts } from './facts.ts';
import { groupLength, groupWords, secondsWords, unknownGroup } from './group-length.ts';
import { bad, better, type Check, good, unknown } from './verdict.ts';

/** Home hubs ask for 0.8 to 2 Mbit/s, and give up on streams that are many times larger. */
const COMFORTABLE_KBPS = 6000;
/** A home hub waits about 5 s for the first fragment; the goal is a tenth of it. */
const FIRST_FRAGMENT_BAD_MS = 4500;
const FIRST_FRAGMENT_GOOD_MS = 1000;
const SMALLEST_FPS = 12;
const LARGEST_FPS = 31;
const NOT_MEASURED = 'The stream could not be measured now.';

/** A camera of which there has been a picture. */
type SeenCamera = CameraFacts & { video: VideoFacts };

/**
 * `offered` alone where the owner does not want it; else `armed`, `standalone`, `trigger`, and those of the stream: `codec`, `gop`,
 * `b-frames`, `profile`, `size`, `frame-rate`, `bit-rate`, `audio`, `prebuffer`, `time-budget`, or `stream` where there has never been a picture.
 * Sources: HAP-NodeJS RecordingManagement, the secure-video-specification.
 */
export function secureVideoRules(facts: CameraFacts): Verdict[] {
  if (!facts.secureVideoOffered) return [notOffered()];
  return [armed(facts), standalone(facts), trigger(facts), ...streamRules(facts)];
}

function streamRules(facts: CameraFacts): Verdict[] {
  const { video } = facts;
  if (!video)
    return [unknown('stream', 'There is no picture, so the rules for the stream cannot be judged.')];
  return [codec, gop, bFrames, profile, size, frameRate, bitRate, audio, prebuffer, timeBudget].map((judge) =>
    judge({ ...facts, video }),
  );
}

function notOffered(): Verdict {
  return unknown(
    'offered',
    'HomeKit Secure Video is switched off for this camera.',
    'Switch "HomeKit Secure Video" on under "HomeKit" of this camera in the Doorstep settings, if you want it.',
  );
}

/** A rule that the camera breaks, and that the hub can make good by encoding anew. */
function encodedAnew(check: Check, why: string, cure: string, { encoder }: CameraFacts): Verdict {
  if (!encoder) return bad(check, `${why}, and this ffmpeg has no H.264 encoder to make it fit.`, cure);
  const by = encoder.hardware
    ? `by ${encoder.name}, in hardware`
    : `by ${encoder.name}, which costs processor time`;
  return better(check, `${why}: recordings are encoded anew ${by}.`, cure);
}

function armed({ secureVideo }: CameraFacts): Verdict {
  if (!secureVideo)
    return unknown('armed', 'HomeKit is not running here, so what the Home app chose is not known.');
  if (secureVideo.armed) return good('armed', secureVideo.line);
  return unknown(
    'armed',
    secureVideo.line,
    'In the Home app open the settings of the camera > Recording Options, and choose "Stream & Allow Recording"; it needs a home hub and iCloud+.',
  );
}

function codec(facts: SeenCamera): Verdict {
  if (facts.video.codec === 'h264') return good('codec', 'The stream is H.264, as HomeKit wants it.');
  return encodedAnew(
    'codec',
    `The stream is ${codecName(facts.video.codec)} instead of H.264`,
    whereToSet('codec', facts),
    facts,
  );
}

function gop(facts: SeenCamera): Verdict {
  const length = groupLength(facts);
  if (!length) return unknownGroup();
  const words = groupWords(length);
  if (length.unsteady)
    return encodedAnew(
      'gop',
      `Keyframes come unevenly, about every ${words}`,
      whereToSet('steady-keyframe', facts),
      facts,
    );
  if (!length.atLeast && fillsFragments(length.ms))
    return good('gop', `A keyframe every ${words} divides the fragments of ${secondsWords(FRAGMENT_MS)}.`);
  return encodedAnew(
    'gop',
    `A keyframe every ${words} does not divide the fragments of ${secondsWords(FRAGMENT_MS)}`,
    whereToSet('keyframe', facts),
    facts,
  );
}

function bFrames(facts: SeenCamera): Verdict {
  if (!facts.measured) return unknown('b-frames', NOT_MEASURED);
  if (!facts.measured.bFrames) return good('b-frames', 'There are no B-frames.');
  return encodedAnew('b-frames', 'There are B-frames', whereToSet('b-frames', facts), facts);
}

function size(facts: SeenCamera): Verdict {
  const { width, height } = facts.video;
  const words = `${width}x${height}`;
  if (!isSizeForHomeKit(facts.video))
    return encodedAnew(
      'size',
      `The picture of ${words} is larger than HomeKit takes`,
      whereToSet('size', facts),
      facts,
    );
  return good('size', `The picture of ${words} is no larger than HomeKit takes.`);
}

function profile(facts: SeenCamera): Verdict {
  const { measured, video } = facts;
  if (video.codec !== 'h264') return good('profile', 'The stream gets a profile when it is encoded anew.');
  if (measured?.plain === undefined) return unknown('profile', NOT_MEASURED);
  const words = `${codecName(video.codec)} ${measured.profile}`;
  if (measured.plain) return good('profile', `${words} is one that HomeKit takes.`);
  return encodedAnew('profile', `${words} is none that HomeKit takes`, whereToSet('profile', facts), facts);
}

function frameRate(facts: SeenCamera): Verdict {
  const fps = facts.video?.fps ?? facts.measured?.fps;
  if (fps === undefined) return unknown('frame-rate', NOT_MEASURED);
  const words = `${Math.round(fps)} pictures a second`;
  if (fps >= SMALLEST_FPS && fps <= LARGEST_FPS)
    return good('frame-rate', `${words} are what HomeKit takes.`);
  return better(
    'frame-rate',
    `There are ${words}, where HomeKit asks for 15, 24 or 30.`,
    whereToSet('frame-rate', facts),
  );
}

function bitRate(facts: SeenCamera): Verdict {
  const { measured } = facts;
  if (!measured) return unknown('bit-rate', NOT_MEASURED);
  const words = `${(measured.kbps / 1000).toFixed(1)} Mbit/s`;
  if (measured.kbps <= COMFORTABLE_KBPS) return good('bit-rate', `${words} can be uploaded by a home hub.`);
  return better(
    'bit-rate',
    `The stream takes ${words}, where home hubs ask for about 2: uploads may not keep up.`,
    whereToSet('bit-rate', facts),
  );
}

function audio({ audio: found }: SeenCamera): Verdict {
  if (!found) return good('audio', 'The camera has no sound; HomeKit records without.');
  if (found.codec === 'aac') return good('audio', `Sound is AAC at ${found.sampleRate / 1000} kHz.`);
  return good('audio', `Sound is ${codecName(found.codec)}, which is converted to AAC.`);
}

function prebuffer({ secureVideo, measured, online, hubRuns }: SeenCamera): Verdict {
  if (!hubRuns) return unknown('prebuffer', 'The hub does not run, so nothing of the past is kept.');
  const ms = secureVideo?.prebufferMs ?? measured?.keptMs;
  if (!online || ms === undefined) return unknown('prebuffer', NOT_MEASURED);
  if (ms >= FRAGMENT_MS)
    return good('prebuffer', `${secondsWords(ms)} of the past are ready; HomeKit wants 4 s.`);
  return better(
    'prebuffer',
    `Only ${secondsWords(ms)} of the past are ready, where HomeKit wants 4 s.`,
    'Examine again in half a minute; if it stays, the connection to the camera breaks off again and again.',
  );
}

function standalone({ standalone: own }: CameraFacts): Verdict {
  if (own) return good('standalone', 'The camera is a HomeKit accessory of its own.');
  return better(
    'standalone',
    'The camera is part of the Homebridge bridge, so all its video takes the way through the home hub.',
    'Switch "Own HomeKit accessory" on for this camera in the Doorstep settings, and add it in the Home app.',
  );
}

function trigger({ armed: detects }: CameraFacts): Verdict {
  if (detects === undefined) return unknown('trigger', 'Whether motion is reported is not known.');
  if (detects) return good('trigger', 'Motion is reported, which is what starts recordings.');
  return better(
    'trigger',
    'Detection is off: only a press starts a recording.',
    'Switch the detection switch of this camera on, in the Home app or in the web app.',
  );
}

function timeBudget({ secureVideo, online, hubRuns }: SeenCamera): Verdict {
  const ms = secureVideo?.lastFirstFragmentMs;
  if (ms !== undefined) {
    const found = `The last recording began ${Math.round(ms)} ms after the request`;
    if (ms <= FIRST_FRAGMENT_GOOD_MS) return good('time-budget', `${found}; home hubs wait about 5 s.`);
    const cure = 'Give this machine less to do, or let the camera send H.264 with a keyframe every 1 or 2 s.';
    return ms > FIRST_FRAGMENT_BAD_MS
      ? bad('time-budget', `${found}; home hubs give up after about 5 s.`, cure)
      : better('time-budget', `${found}, where home hubs give up after about 5 s.`, cure);
  }
  if (secureVideo?.lastRequestAt !== undefined)
    return bad(
      'time-budget',
      `The last request of the home hub got no recording${secureVideo.lastClose ? ` (${secureVideo.lastClose.reason})` : ''}.`,
      'Look at the other findings first; the log of Homebridge says what happened at that time.',
    );
  if (!hubRuns) return unknown('time-budget', 'The hub does not run, so no recording can begin.');
  return online
    ? good('time-budget', 'The stream is kept open, so a recording begins without waiting for the camera.')
    : unknown('time-budget', NOT_MEASURED);
}
