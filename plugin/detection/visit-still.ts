/**
 * The best picture of a visit: of all looks at somebody, the camera's picture of that moment is kept for the best. In full size where the
 * main stream had one within that moment, else that of the sub-stream; a smaller one never takes the place of a larger one.
 */
import type { Camera, Still } from '../camera/contract.ts';
import type { Clock } from '../system/clock.ts';

export interface VisitStill {
  /** Somebody is seen better than before in this visit, in the small picture of this time (epoch ms). */
  betterLook(at: number): void;
  /** The visit is over; who is seen next is another. */
  over(): void;
  /** Nothing that was seen until now shall be shown. */
  forget(): void;
  /** Of the visit that is under way, or has just been. */
  best(): Still | undefined;
}

/** What a picture is asked of. */
export type VisitCamera = Pick<Camera, 'snapshot' | 'state'>;

/** A picture that is further away from the look shows something else. In ms. */
const SAME_MOMENT_MS = 2_000;
/** For so long after the last look at it, a visit has just been. */
const JUST_MS = 150_000;

export function createVisitStill(camera: VisitCamera, clock: Clock): VisitStill {
  let still: Still | undefined;
  let lookedAt = 0;
  let isOver = true;
  /** Grows with whatever makes a picture that is still being fetched useless. */
  let turn = 0;
  const recent = () => clock.monotonic() - lookedAt < JUST_MS;

  const fetch = async (at: number, mine: number): Promise<void> => {
    const { width } = camera.state.video ?? {};
    // All of the moment will do: the main stream gives a picture only with each of its keyframes.
    const maxAgeMs = SAME_MOMENT_MS + Math.min(SAME_MOMENT_MS, Math.max(0, clock.now() - at));
    const found = await camera.snapshot({ maxAgeMs, ...(width !== undefined && { width }) });
    if (mine !== turn || found.source === 'placeholder' || found.source === 'privacy') return;
    const isOfMoment = Math.abs(found.takenAt - at) <= SAME_MOMENT_MS;
    if (isOfMoment && found.width >= (still?.width ?? 0)) still = found;
  };
  return {
    betterLook(at) {
      if (isOver || !recent()) still = undefined;
      isOver = false;
      lookedAt = clock.monotonic();
      // A camera without any picture has none of the visit either.
      void fetch(at, ++turn).catch(() => {});
    },
    over() {
      isOver = true;
    },
    forget() {
      turn++;
      still = undefined;
    },
    best: () => (recent() ? still : undefined),
  };
}
