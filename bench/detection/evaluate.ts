/** One clip through a camera's `Sight`, and what came of it. */
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { Detector, Sight, SightOptions } from '../../plugin/detection/contract.ts';
import { PictureMemory, writeEvidence } from './evidence.ts';
import type { FoundClip } from './find-clips.ts';
import { toldEvents, toldVisits } from './heard.ts';
import { type HeardNews, replay } from './replay.ts';
import { type ClipScore, scoreClip } from './score.ts';

export interface EvaluateDeps {
  createSight: (options: SightOptions) => Sight;
  detector: Detector;
  pictures: (path: string) => AsyncIterable<SmallFrame>;
  /** How late a look is answered, in ms of the clip. */
  lookMs: number;
  realTime: boolean;
  /** Folder for pictures of what was decided. */
  crops?: string;
}

/** Rejects when the clip cannot be decoded, or the detector fails. */
export async function evaluateClip(clip: FoundClip, deps: EvaluateDeps): Promise<ClipScore> {
  const { createSight, detector, pictures, lookMs, realTime, crops } = deps;
  const memory = crops === undefined ? undefined : new PictureMemory();
  const heard: HeardNews[] = [];
  const played = await replay(pictures(clip.path), createSight(sightOptions(clip)), detector, {
    lookMs,
    realTime,
    onNews: (news) => heard.push(news),
    onPicture: (frame) => memory?.push(frame),
  });
  const { from, to } = played;
  const score = scoreClip({
    name: clip.name,
    truth: clip.truth,
    duration: (to - from) / 1000,
    pictures: played.pictures,
    looks: played.looks,
    coreMs: played.coreMs,
    modelMs: played.modelMs,
    told: toldEvents(heard, from),
    visits: toldVisits(heard, from),
  });
  if (crops !== undefined && memory) await writeEvidence(crops, score, memory);
  return score;
}

/** A camera as shipped, with the zone of the truth. */
function sightOptions({ truth }: FoundClip): SightOptions {
  return {
    zones: { doorstep: truth?.zone ?? [], motion: [], ignore: [] },
    people: !truth?.withoutPeople,
    packages: true,
    leanings: { motion: 0, person: 0, package: 0 },
    smallest: 0.1,
    shortestMs: 600,
  };
}
