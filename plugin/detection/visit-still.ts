/** The best picture of a visit, in full size: of all looks at somebody, the camera's picture of that moment is kept for the best. */
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

/** A picture that is further away from the look shows something else. In ms. */
const SAME_MOMENT_MS = 2_000;
/** For so long after the last look at it, a visit has just been. */
const JUST_MS = 150_000;

export function createVisitStill(camera: Pick<Camera, 'snapshot'>, clock: Clock): VisitStill {
  let still: Still | undefined;
  let lookedAt = 0;
  let isOver = true;
  /** Grows with whatever makes a picture that is still being fetched useless. */
  let turn = 0;
  const recent = () => clock.monotonic() - lookedAt < JUST_MS;

  const fetch = async (at: number, mine: number): Promise<void> => {
    // What is decoded already: no program is started for it.
    const found = await camera.snapshot({ maxAgeMs: 1_500 });
    if (mine !== turn || found.source === 'placeholder' || found.source === 'privacy') return;
    if (Math.abs(found.takenAt - at) <= SAME_MOMENT_MS) still = found;
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
