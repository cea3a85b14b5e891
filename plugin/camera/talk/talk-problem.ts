/** What keeps us from speaking through a camera, in words. */
import type { Problem } from '../../../protocol/api.ts';
import { ProblemError } from '../../system/problem.ts';
import { RtspFailure, RtspRefusal } from '../rtsp/rtsp-error.ts';

export const noTalk = () =>
  new ProblemError({
    code: 'no-talk',
    what: 'Nobody can speak through this camera.',
    cure: 'Set "talk" of this camera: a backchannel, where the camera has one, or an output of ffmpeg.',
  });

export const talkBusy = (who: 'here' | 'camera') =>
  new ProblemError({
    code: 'talk-busy',
    what:
      who === 'here'
        ? 'Somebody speaks through this camera already.'
        : 'The camera lets nobody else speak now.',
    cure: 'Wait until they have ended, or close other apps that speak through it.',
  });

/** @param offered codecs of the backchannel; empty when there is none */
export const noBackchannel = (offered: readonly string[] = []) =>
  new ProblemError({
    code: 'no-backchannel',
    what:
      offered.length > 0
        ? `The backchannel of this camera takes ${offered.join(', ')} alone, which Doorstep does not speak.`
        : 'The camera has no backchannel (ONVIF Profile T) in this stream.',
    cure: `Switch its speaker on${offered.length > 0 ? ' with G.711 or AAC' : ''} in its settings, or give "talk" an output of ffmpeg.`,
  });

export const talkFailed = (what: string, cause?: unknown) =>
  new ProblemError(
    {
      code: 'talk-failed',
      what,
      cure: 'Try again; if it stays so, restart the camera or look at its settings for sound.',
    },
    { cause },
  );

export const byUdpAlone = () =>
  talkFailed('The camera takes speech by UDP alone, and Doorstep sends it by TCP.');

const wrongPassword: Problem = {
  code: 'wrong-password',
  what: 'The camera refuses the user name or password.',
  cure: 'Correct them in its RTSP URL; special characters there must be written as in %40 for @.',
};

/** What an exchange over RTSP came to, in words about talk; other errors stay as they are. */
export function inTalkWords(error: unknown): unknown {
  if (error instanceof RtspRefusal) return new ProblemError(refusalProblem(error), { cause: error });
  if (error instanceof RtspFailure) return talkFailed(failureWords(error), error);
  return error;
}

function failureWords({ kind, during, message }: RtspFailure): string {
  if (kind === 'unreachable') return `The camera could not be reached to speak through it: ${message}.`;
  return `The camera did not answer to ${during}: ${message}.`;
}

/** RFC 2326, section 7.1.1. */
function refusalProblem({ method, status }: RtspRefusal): Problem {
  switch (status) {
    case 401:
      return wrongPassword;
    // 551 is the one that ONVIF names; 406 and 501 come from cameras that know neither the option nor how to say so.
    case 551:
    case 406:
    case 501:
      return noBackchannel().problem;
    case 453:
    case 503:
      return talkBusy('camera').problem;
    case 461:
      return byUdpAlone().problem;
    default:
      return talkFailed(`The camera answered ${status} to ${method} when it was asked to listen.`).problem;
  }
}
