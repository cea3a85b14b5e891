import type { Problem } from '../../../protocol/api.ts';
import { reason } from '../../system/problem.ts';
import { OnvifError } from './onvif-error.ts';

export interface ProblemContext {
  host: string;
  port: number;
  /** How far the camera's clock is ahead, in ms; undefined while it is unknown. */
  clockOffsetMs: number | undefined;
}

/** Cameras take a login whose time is off by less. */
const CLOCK_MATTERS_MS = 5_000;

/** What a failed request means for the owner of the camera. */
export function onvifProblem(error: unknown, { host, port, clockOffsetMs }: ProblemContext): Problem {
  const where = `${host}:${port}`;
  const kind = error instanceof OnvifError ? error.kind : 'fault';
  switch (kind) {
    case 'unreachable':
      return {
        code: 'onvif-unreachable',
        what: `Nothing answers to ONVIF at ${where} (${inBrackets(error)}).`,
        cure: 'Check that the camera is on, its address, and the port; many cameras have ONVIF switched off until it is enabled in their settings.',
      };
    case 'silent':
      return {
        code: 'onvif-silent',
        what: `The camera at ${where} takes ONVIF requests and does not answer.`,
        cure: 'Restart the camera. If it stays so, install its newest firmware.',
      };
    case 'not-onvif':
    case 'unsupported':
      return {
        code: 'not-onvif',
        what: `What answers at ${where} is not ONVIF (${inBrackets(error)}).`,
        cure: 'Check the port: often 80, 8000 (Reolink), 2020 (Tapo) or 8899; and switch ONVIF on in the settings of the camera.',
      };
    case 'refused':
      return refusal(where, clockOffsetMs);
    default:
      return {
        code: 'onvif-fault',
        what: `The camera at ${where} refused a request: ${reason(error)}`,
        cure: 'Restart the camera; if it stays so, install its newest firmware, or leave ONVIF out of its settings here.',
      };
  }
}

/** A login is dated: it was sent with the camera's own time, but some measure with another clock than the one they tell. */
function refusal(where: string, clockOffsetMs: number | undefined): Problem {
  const off = clockOffsetMs ?? 0;
  if (Math.abs(off) < CLOCK_MATTERS_MS)
    return {
      code: 'onvif-wrong-password',
      what: `The camera at ${where} refuses the ONVIF user or password.`,
      cure: 'Check both; many cameras keep ONVIF users apart from others and need one made, with the right to see video and events.',
    };
  return {
    code: 'onvif-clock',
    what: `The camera at ${where} refuses the ONVIF login, and its clock is ${lengthInWords(off)} ${off > 0 ? 'ahead' : 'behind'}.`,
    cure: 'Check user and password; then set date, time and time zone in the settings of the camera, best by NTP.',
  };
}

function lengthInWords(ms: number): string {
  const s = Math.abs(ms) / 1000;
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  return s < 172_800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86_400)} days`;
}

/** The camera answers, but its events cannot be had, again and again. */
export function eventsProblem(error: unknown, host: string): Problem {
  return {
    code: 'onvif-events',
    what: `The camera at ${host} answers, but gives no events (${inBrackets(error)}).`,
    cure: 'Give its ONVIF user the right to events (operator or administrator), and restart the camera.',
  };
}

export const NO_EVENTS: Problem = {
  code: 'onvif-no-events',
  what: 'The camera has ONVIF, but no events.',
  cure: 'Use a webhook, an MQTT topic or Node-RED for its bell, and switch its ONVIF events off here.',
};

export const NO_STREAM: Problem = {
  code: 'onvif-no-stream',
  what: 'The camera names no H.264 or HEVC stream by ONVIF.',
  cure: 'Enter the RTSP address of its main stream, which its manual tells.',
};

export const NO_CHIME: Problem = {
  code: 'no-chime',
  what: 'The camera has no loudspeaker whose volume can be set by ONVIF.',
  cure: 'Set the volume in its own app.',
};

export const CLOSED: Problem = {
  code: 'camera-closed',
  what: 'The camera is not being asked any more.',
  cure: 'Try again when the hub has started.',
};

export const PAUSED: Problem = {
  code: 'privacy-on',
  what: 'The camera is not being asked by ONVIF: it is in privacy mode.',
  cure: 'End its privacy mode first.',
};

function inBrackets(error: unknown): string {
  return reason(error).replace(/\.$/, '');
}
