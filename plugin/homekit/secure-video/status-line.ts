/** How HomeKit Secure Video stands, in one sentence. */
import type { SecureVideoStatus } from '../../../protocol/api.ts';

export interface Standing extends Omit<SecureVideoStatus, 'line'> {
  /** The Home app has switched the camera off altogether. */
  cameraOff: boolean;
  privacy: boolean;
  online: boolean;
  /** Why nothing can be recorded. */
  problem?: string | undefined;
}

/** @param now epoch ms; days and times are those of this machine */
export function statusLine(standing: Standing, now: number): string {
  const parts = [present(standing), past(standing, now)].filter((part) => part !== '');
  return `${parts.join('; ')}.`;
}

function present({ armed, configuration, ...rest }: Standing): string {
  if (!armed) return 'Not armed: recording is switched off in the Home app';
  if (!configuration) return 'Armed by the Home app, but the home hub has not selected a configuration yet';
  if (rest.cameraOff) return 'Switched off in the Home app';
  if (rest.privacy) return 'Armed by the Home app; nothing is kept while privacy mode is on';
  if (rest.problem) return `Armed by the Home app, but ${rest.problem}`;
  if (rest.recording) return 'Recording now';
  if (!rest.online) return 'Armed by the Home app, but the camera does not answer';
  const ready = rest.prebufferMs < 500 ? 'no' : `${Math.round(rest.prebufferMs / 1000)} s of`;
  return `Armed by the Home app; ${ready} prebuffer ready`;
}

function past({ lastRequestAt, lastClose, recording }: Standing, now: number): string {
  if (recording || lastRequestAt === undefined) return '';
  const when = `last recording ${dayAndTime(lastRequestAt, now)}`;
  return lastClose ? `${when}, ${lastClose.reason}` : when;
}

/** `today 07:23`, else `2026-11-22 07:23`: understood everywhere. */
function dayAndTime(at: number, now: number): string {
  const day = dayOf(at);
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return day === dayOf(now) ? `today ${time}` : `${day} ${time}`;
}

function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const two = (value: number) => String(value).padStart(2, '0');
