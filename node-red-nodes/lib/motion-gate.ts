/** Which motion is worth a message: strong enough, and long enough. */
import type { DoorstepEvent } from '../../protocol/event.ts';
import { type PictureRef, pictureRef } from './event-picture.ts';

export interface MotionLimits {
  /** 0 to 1. A motion without a score always passes. */
  minScore: number;
  /** How long a motion must last before its start counts, in ms. */
  minDurationMs: number;
  /** `person`: only when the hub sees somebody. Default: anything that moves. */
  label?: 'person' | undefined;
  /** Only what is seen in this area; undefined means anywhere. */
  zone?: string | undefined;
  /** Whether what was missed counts. Default true. The end of a motion whose start was told counts always: else what it switched on stays on. */
  replay?: boolean;
}

export type MotionStep =
  /** `picture` is that of the whole motion; undefined where none was made, or it began before our time. */
  | { say: 'start' | 'end'; event: DoorstepEvent; picture?: PictureRef | undefined }
  /** Ask `due` again for this camera after `inMs`. */
  | { say: 'wait'; camera: string; inMs: number };

interface Motion {
  startedAt: number;
  /** The first event that was strong enough, of what is wanted, where it is wanted. */
  strong: DoorstepEvent | undefined;
  said: boolean;
  picture: PictureRef | undefined;
}

/** Follows one motion for each camera: no start without being worth it, no end without its start. */
export class MotionGate {
  readonly #limits: MotionLimits;
  readonly #motions = new Map<string, Motion>();

  constructor(limits: MotionLimits) {
    this.#limits = limits;
  }

  /** Takes a motion event; the steps are to be taken in order. */
  take(event: DoorstepEvent): MotionStep[] {
    const camera = event.camera?.id ?? '';
    if (event.replay && this.#limits.replay === false && !this.#closes(event, camera)) return [];
    if (event.phase === 'end') return this.#end(camera, event);
    const known = event.phase === 'start' ? undefined : this.#motions.get(camera);
    const motion: Motion = known ?? {
      ...{ startedAt: event.at, strong: undefined, said: false, picture: undefined },
    };
    motion.picture ??= pictureRef(event);
    this.#motions.set(camera, motion);
    if (motion.said || motion.strong || !this.#isStrong(event)) return [];
    motion.strong = event;
    // How old it already was when it left the hub, by the hub's own clock: replayed motion does not wait again.
    const inMs = this.#limits.minDurationMs - (event.sentAt - motion.startedAt);
    if (inMs > 0) return [{ say: 'wait', camera, inMs }];
    motion.said = true;
    return [{ say: 'start', event, picture: motion.picture }];
  }

  /** The wait for a camera is over: the start, when its motion still goes on. */
  due(camera: string): MotionStep[] {
    const motion = this.#motions.get(camera);
    if (!motion?.strong || motion.said) return [];
    motion.said = true;
    return [{ say: 'start', event: motion.strong, picture: motion.picture }];
  }

  /** A motion that was never told is forgotten with its end. */
  #closes({ phase }: DoorstepEvent, camera: string): boolean {
    if (phase !== 'end') return false;
    const told = this.#motions.get(camera)?.said === true;
    if (!told) this.#motions.delete(camera);
    return told;
  }

  #end(camera: string, event: DoorstepEvent): MotionStep[] {
    const motion = this.#motions.get(camera);
    this.#motions.delete(camera);
    // Without a known start it began before our time: better one end too many than a light that stays on.
    if (!motion || motion.said) return [{ say: 'end', event, picture: motion?.picture }];
    if (!motion.strong || event.at - motion.startedAt < this.#limits.minDurationMs) return [];
    return [
      { say: 'start', event: motion.strong, picture: motion.picture },
      { say: 'end', event, picture: motion.picture },
    ];
  }

  #isStrong({ score, label, zone }: DoorstepEvent): boolean {
    const { minScore, label: wanted, zone: area } = this.#limits;
    if ((wanted && label !== wanted) || (area && zone !== area)) return false;
    return score === undefined || score >= minScore;
  }
}
