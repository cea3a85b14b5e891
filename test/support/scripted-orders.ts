/** What the first pixel of a picture means to a scripted watcher. */
export const ORDER = {
  /** Tells of motion; its score is the number of pictures seen so far. */
  see: 1,
  crash: 2,
  hang: 3,
  /** Tells its options as memory. */
  remember: 4,
  throw: 5,
  /** Wants a look, and tells of a person when it is answered. */
  look: 6,
  /** Says what is no frame. */
  babble: 7,
};
