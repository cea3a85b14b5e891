/** Decides whether two signs of a press are the same press. */

/**
 * A button that bounces, or a camera that says it by ONVIF and by webhook, tells of one press within this time. Nobody presses twice
 * so quickly and means two things.
 */
export const SAME_PRESS_MS = 2_000;

export interface PressRules {
  /** In ms of a clock that never steps. */
  lastAt: number | undefined;
  now: number;
}

/** Counted from the press that rang, so that a button held down or stuck still rings again and again, if slowly. */
export function isSamePress({ lastAt, now }: PressRules): boolean {
  return lastAt !== undefined && now - lastAt < SAME_PRESS_MS;
}
