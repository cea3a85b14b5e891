/** What tells that the light is another one: a switch to infrared, a lamp, a cloud that the exposure did not follow. */
export interface LightSigns {
  at: number;
  /** The colour came or went within a picture, or somebody else saw the light change. */
  switched: boolean;
  /** Part of the picture, people left out, that differs from the background and is still. */
  differing: number;
}

/** A switch takes a camera so long: filter, exposure and focus, in ms. */
const SWITCH_MS = 2000;
/** So much differs after a switch that the background is of no use any more. */
const MUCH_AFTER_SWITCH = 0.08;
/** So much that differs is a switch that nobody saw, when it lasts for so long. */
const MUCH = 0.5;
const MUCH_MS = 1500;

/** Decides when the background must be taken anew because the light is another one. */
export class LightSwitch {
  #switchedAt: number | undefined;
  #muchSince: number | undefined;

  /** `unclear`: nothing is decided on this picture. `anew`: the background is of another light. */
  push({ at, switched, differing }: LightSigns): 'clear' | 'unclear' | 'anew' {
    if (switched) this.#switchedAt = at;
    if (this.#switchedAt !== undefined) {
      if (Math.abs(at - this.#switchedAt) < SWITCH_MS) return 'unclear';
      this.#switchedAt = undefined;
      if (differing > MUCH_AFTER_SWITCH) return 'anew';
    }
    if (differing < MUCH) {
      this.#muchSince = undefined;
      return 'clear';
    }
    this.#muchSince ??= at;
    if (Math.abs(at - this.#muchSince) < MUCH_MS) return 'unclear';
    this.#muchSince = undefined;
    return 'anew';
  }
}
