/** The way to the loudspeaker of one camera. The camera forwards it; nothing here knows HomeKit. */
import type { TalkSession, TalkVia } from '../contract.ts';

/** Disposing it hangs up, and ends what it asks the camera. */
export interface CameraTalk extends AsyncDisposable {
  /** Undefined while it cannot be talked through, or nobody knows yet. */
  readonly via: TalkVia | undefined;
  /** Calls back on each change of `via`; the returned function ends it. */
  onVia(listener: (via: TalkVia | undefined) => void): () => void;
  /**
   * Told whether the camera is being read. While it is, and nobody knows whether it has a backchannel, it is asked: quietly, by one
   * DESCRIBE, and again after a while when there was no answer.
   */
  setOnline(online: boolean): void;
  /**
   * Opens the way, for one speaker at a time; the signal hangs up.
   * Rejects with a `ProblemError`: `no-talk`, `no-backchannel`, `talk-busy`, `talk-failed`.
   */
  talk(options: { signal: AbortSignal }): Promise<TalkSession>;
}
