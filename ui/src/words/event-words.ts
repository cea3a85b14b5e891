import type { CameraInfo } from '../../../protocol/api.ts';
import { type Moment, tellsOfRemoval } from '../moments.ts';
import { words } from './en.ts';
import { lengthWords } from './time-words.ts';

/** What happened, in one calm phrase. `kindOfCamera` decides whether "at the door" would be true. */
export function momentWords(moment: Moment, kindOfCamera?: CameraInfo['kind']): string {
  const say = words.moments;
  switch (moment.kind) {
    case 'doorbell':
      return say.ring;
    case 'motion':
      if (moment.label !== 'person') return say.moved;
      return kindOfCamera === 'doorbell' ? say.someoneAtTheDoor : say.someone;
    case 'package':
      return parcelWords(moment);
    case 'camera':
    case 'storage':
    case 'share':
      return houseWords(moment);
  }
}

function parcelWords(moment: Moment): string {
  const { phase, package: facts, corrects } = moment;
  const say = words.moments;
  if (phase === 'delivered') return say.parcelCame;
  if (tellsOfRemoval(moment)) return facts?.verdict === 'collected' ? say.parcelCollected : say.parcelGone;
  return corrects === 'removed' ? say.parcelStillThere : say.parcelCorrected;
}

/**
 * What else is known of a package that came or went, each in a few words; `count` is how many lie there then. That somebody took it is only
 * a guess, so what is told is what was so.
 */
export function parcelFacts(moment: Pick<Moment, 'kind' | 'phase' | 'package'>): string[] {
  const { phase, package: facts } = moment;
  if (!facts) return [];
  const { count, presentForMs, verdict } = facts;
  const say = words.moments;
  if (phase === 'delivered') return count > 1 ? [say.parcelsThere(count)] : [];
  if (!tellsOfRemoval(moment)) return [];
  return [
    ...(presentForMs === undefined ? [] : [say.layThere(lengthWords(presentForMs))]),
    ...(count > 0 ? [say.parcelsLeft(count)] : []),
    ...(verdict === 'taken' ? [say.nobodyHome] : []),
  ];
}

function houseWords({ kind, phase, storage }: Moment): string {
  const say = words.moments;
  switch (phase) {
    case 'online':
      return say.cameraOnline;
    case 'offline':
      return say.cameraOffline;
    case 'privacy-on':
      return say.privacyOn;
    case 'privacy-off':
      return say.privacyOff;
    case 'nas-missing':
      return say.nasMissing;
    case 'nas-back':
      return say.nasBack;
    case 'spool-low':
      return say.spoolLow;
    case 'gap':
      return gapWords(storage?.reason);
    default:
      return kind === 'share' ? say.share : say.cameraOnline;
  }
}

/** A reason of a newer hub has no words here. */
function gapWords(reason: string | undefined): string {
  const known: Readonly<Record<string, string>> = words.storage.reasons;
  const why = reason === undefined ? undefined : known[reason];
  return why ? words.moments.gapSince(why) : words.moments.gap;
}
