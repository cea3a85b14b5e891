/** Questions that have yes or no as their answer, and what the hub says to them. */
import type { CameraInfo, CamerasReply, StorageInfo } from '../../protocol/api.ts';
import type { HouseholdInfo } from '../../protocol/detection.ts';

export const QUESTIONS = [
  'package',
  'count',
  'online',
  'armed',
  'privacy',
  'home',
  'away',
  'storage',
] as const;
export type Question = (typeof QUESTIONS)[number];

export interface Asked {
  question: Question;
  /** Id or slug; absent: all cameras together. */
  camera?: string;
  /** Of `count`. */
  atLeast: number;
}

export interface StateAnswer {
  question: Question;
  is: boolean;
  /** Since when it is so, epoch ms, as far as is known. Of packages: since the first of them lies there. */
  since?: number;
  /** How many packages. */
  count?: number;
  /** Short names of the cameras for which it is so. */
  cameras?: string[];
}

/** Where the hub is asked. */
export function pathOf(question: Question): '/cameras' | '/household' | '/storage' {
  if (question === 'home' || question === 'away') return '/household';
  return question === 'storage' ? '/storage' : '/cameras';
}

/** The answer in what the hub said; undefined where it does not have the camera. */
export function answerOf(asked: Asked, reply: unknown): StateAnswer | undefined {
  switch (pathOf(asked.question)) {
    case '/household': {
      const { home, since } = reply as HouseholdInfo;
      return { question: asked.question, is: home === asked.question, ...(since > 0 && { since }) };
    }
    case '/storage': {
      const { target } = reply as StorageInfo;
      return { question: asked.question, is: target.state === 'ready', since: target.since };
    }
    case '/cameras': {
      const { cameras } = reply as CamerasReply;
      const named = ({ id, slug }: CameraInfo) => id === asked.camera || slug === asked.camera;
      const meant = asked.camera === undefined ? cameras : cameras.filter(named).slice(0, 1);
      return meant.length === 0 && asked.camera !== undefined ? undefined : ofCameras(asked, meant);
    }
  }
}

function ofCameras({ question, atLeast }: Asked, cameras: CameraInfo[]): StateAnswer {
  if (question === 'package' || question === 'count') {
    const packages = cameras.flatMap((camera) => camera.packages);
    const count = packages.reduce((sum, each) => sum + each.count, 0);
    const is = count >= (question === 'count' ? atLeast : 1);
    const since = Math.min(...packages.map(({ deliveredAt }) => deliveredAt));
    const slugs = cameras.filter((camera) => camera.packages.length > 0).map(({ slug }) => slug);
    return { question, is, ...(is && count > 0 && { since }), count, cameras: slugs };
  }
  const holds = (camera: CameraInfo) => camera[question as 'online' | 'armed' | 'privacy'];
  const held = cameras.filter(holds);
  // One that is private is a matter of all; working means that all of them work.
  const is = question === 'privacy' ? held.length > 0 : cameras.length > 0 && held.length === cameras.length;
  const since = question === 'online' ? onlineSince(is, cameras) : undefined;
  return { question, is, ...(since !== undefined && { since }), cameras: held.map(({ slug }) => slug) };
}

/** All are there since the last came; not all are there since the first went. */
function onlineSince(all: boolean, cameras: CameraInfo[]): number | undefined {
  const times = cameras.filter(({ online }) => online === all).map(({ since }) => since);
  if (times.length === 0) return undefined;
  return all ? Math.max(...times) : Math.min(...times);
}
