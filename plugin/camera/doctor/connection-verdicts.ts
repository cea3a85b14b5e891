/** Judges the way to a camera: whether it answers, how fast and how steadily, its clock, ONVIF, talk, and its password. */
import type { Verdict } from '../../../protocol/api.ts';
import { whereToSet } from './brand-settings.ts';
import type { CameraFacts, Drop } from './facts.ts';
import { secondsWords } from './group-length.ts';
import { bad, better, good, unknown } from './verdict.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SLOW_MS = 60;
/** Later than this, a live view stutters. */
const LATE_MS = 1000;
const CLOCK_GOOD_MS = 2000;
const CLOCK_BAD_MS = 60_000;
/** More losses a day than this are no accident. */
const MANY_DROPS = 3;

/** `connection`, `latency`, `steadiness`, `history`, `password`, `clock`, `onvif`, `talk`. */
export function connectionVerdicts(facts: CameraFacts, now: number): Verdict[] {
  return [
    connection(facts),
    latency(facts),
    steadiness(facts),
    history(facts, now),
    password(facts),
    clock(facts),
    onvif(facts),
    talk(facts),
  ];
}

function connection({ online, privacy, problem, reach }: CameraFacts): Verdict {
  if (privacy)
    return unknown(
      'connection',
      'Privacy mode is on: nothing is read from the camera.',
      'End privacy mode and examine again.',
    );
  if (online)
    return problem
      ? better('connection', problem.what, problem.cure)
      : good('connection', 'The camera answers and sends pictures.');
  if (problem) return bad('connection', problem.what, problem.cure);
  return bad(
    'connection',
    reach?.failure ? `The camera does not answer: ${reach.failure}.` : 'The camera sends no picture.',
    'Check its power and network, and the address in the Doorstep settings.',
  );
}

function latency({ reach, address }: CameraFacts): Verdict {
  if (!address || !reach) return unknown('latency', 'The way to the camera was not measured.');
  if (reach.rttMs === undefined)
    return unknown(
      'latency',
      `The RTSP port ${address.port} did not answer${reach.failure ? ` (${reach.failure})` : ''}.`,
    );
  const words = `${reach.rttMs < 10 ? reach.rttMs.toFixed(1) : Math.round(reach.rttMs)} ms`;
  if (reach.rttMs > SLOW_MS)
    return better(
      'latency',
      `The camera takes ${words} to answer, which is long within a house.`,
      'Move the camera or its access point closer, or connect it by cable.',
    );
  return good('latency', `The camera answers within ${words}.`);
}

function steadiness({ measured, transport }: CameraFacts): Verdict {
  if (!measured) return unknown('steadiness', 'Without a picture nobody can tell how steadily they come.');
  const { pauses, latenessMs, seconds } = measured;
  const cure =
    transport === 'udp'
      ? 'Set "RTSP transport" of this camera to tcp in the Doorstep settings; if it stays, improve its Wi-Fi or connect it by cable.'
      : 'Improve its Wi-Fi or connect it by cable, or lower the bit rate of the camera.';
  const within = `within ${Math.round(seconds)} s`;
  if (pauses > 0)
    return better(
      'steadiness',
      `Pictures were missing ${pauses === 1 ? 'once' : `${pauses} times`} ${within}.`,
      cure,
    );
  if (latenessMs > LATE_MS)
    return better('steadiness', `Pictures came up to ${secondsWords(latenessMs)} late ${within}.`, cure);
  return good('steadiness', `No picture was missing ${within}.`);
}

function history({ history: known }: CameraFacts, now: number): Verdict {
  if (!known) return unknown('history', 'Nobody has watched the camera for long enough to tell.');
  const recent = known.drops.filter(({ at }) => now - at <= DAY_MS);
  const span = spanWords(Math.min(known.watchedMs, DAY_MS));
  if (recent.length === 0) return good('history', `The camera was not lost once in the last ${span}.`);
  const often = recent.length === 1 ? 'once' : `${recent.length} times`;
  const found = `The camera was lost ${often} in the last ${span}, for ${longestWords(recent, now)}.`;
  if (recent.length <= MANY_DROPS) return good('history', found);
  return better('history', found, 'Check its power supply and Wi-Fi, and whether it restarts by a schedule.');
}

function longestWords(drops: readonly Drop[], now: number): string {
  const longest = drops.reduce((most, { at, backAt = now }) => Math.max(most, backAt - at), 0);
  return `${spanWords(longest)}${drops.length > 1 ? ' at most' : ''}`;
}

function spanWords(ms: number): string {
  if (ms < 90_000) return `${Math.max(1, Math.round(ms / 1000))} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / HOUR_MS)} h`;
}

/** A password is needed; only that it goes over the network readably, and stands in a file, is worth a word. */
function password({ address, onvifPort, online }: CameraFacts): Verdict {
  if (!address)
    return unknown('password', 'The address of the stream comes from ONVIF, with the user given there.');
  if (!address.password && !online) return unknown('password', 'The RTSP URL holds no password.');
  if (!address.password && onvifPort === undefined)
    return better(
      'password',
      'The stream needs no password: everyone in the network can watch it.',
      'Set a password for RTSP in the camera, and write it into its RTSP URL in the Doorstep settings.',
    );
  return good(
    'password',
    address.password
      ? 'The password stands in the RTSP URL of the configuration; Doorstep never logs or shows it.'
      : 'The RTSP URL holds no password.',
  );
}

function clock(facts: CameraFacts): Verdict {
  const offset = facts.onvif?.clockOffsetMs;
  if (offset === undefined) return unknown('clock', 'The clock of the camera can be read by ONVIF alone.');
  const words = `${spanWords(Math.abs(offset))} ${offset > 0 ? 'ahead' : 'behind'}`;
  if (Math.abs(offset) <= CLOCK_GOOD_MS) return good('clock', 'The clock of the camera is right.');
  const judge = Math.abs(offset) > CLOCK_BAD_MS ? bad : better;
  return judge(
    'clock',
    `The clock of the camera is ${words}: the time in its picture is wrong, and some refuse ONVIF then.`,
    whereToSet('clock', facts),
  );
}

function onvif(facts: CameraFacts): Verdict {
  const { onvif: known, onvifPort } = facts;
  if (onvifPort === undefined)
    return unknown(
      'onvif',
      'ONVIF is not configured, so presses and motion of the camera itself, its clock and its backchannel are not used.',
      whereToSet('onvif', facts),
    );
  if (facts.privacy) return unknown('onvif', 'Privacy mode is on: the camera is not asked by ONVIF.');
  if (!known) return unknown('onvif', 'ONVIF is configured; nothing has been heard yet.');
  if (!known.connected)
    return known.problem
      ? bad('onvif', known.problem.what, known.problem.cure)
      : bad('onvif', `ONVIF does not answer on port ${onvifPort}.`, whereToSet('onvif', facts));
  const who = [known.manufacturer, known.model].filter(Boolean).join(' ') || 'The camera';
  const topics = known.topics ?? [];
  const heard = topics.length > 0 ? ` It has sent: ${topics.slice(0, 8).join(', ')}.` : '';
  const firmware = known.firmware ? `, firmware ${known.firmware}` : '';
  if (known.events === false)
    return better(
      'onvif',
      `${who}${firmware} answers, but sends no events.`,
      'Give the ONVIF user the right to receive events, usually by the role Operator or Administrator.',
    );
  return good('onvif', `${who}${firmware} answers.${heard}`);
}

function talk({ talk: via }: CameraFacts): Verdict {
  if (via === 'backchannel')
    return good('talk', 'You can talk through the camera, by its ONVIF backchannel.');
  if (via === 'output')
    return good('talk', 'You can talk through the camera, by the configured output of ffmpeg.');
  return unknown(
    'talk',
    'No way to talk through the camera is known.',
    'If it has a loudspeaker, fill in its ONVIF address, or "Output of ffmpeg" under "Two-way talk" in the Doorstep settings.',
  );
}
