/** Gives a frame of speech to the camera each 20 ms, from a queue that is filled unevenly. */
import type { Clock } from '../../system/clock.ts';
import { FRAME_MS, TalkQueue } from './talk-queue.ts';

export interface TalkPace extends Disposable {
  write(pcm: Buffer): void;
}

/** After a longer pause of this process the beat begins anew, instead of catching up in a rush. */
const LOST_MS = 200;

/** Begins at once. @param send takes each frame, of signed 16-bit mono PCM */
export function startTalkPace(sampleRate: number, clock: Clock, send: (frame: Buffer) => void): TalkPace {
  const queue = new TalkQueue(sampleRate);
  let due = clock.monotonic();
  let ended = false;
  let cancel = () => {};
  const beat = () => {
    const now = clock.monotonic();
    if (now - due > LOST_MS) due = now;
    for (; !ended && due <= now; due += FRAME_MS) send(queue.take());
    if (!ended) cancel = clock.after(Math.max(1, due - clock.monotonic()), beat);
  };
  beat();
  return {
    write: (pcm) => queue.push(pcm),
    [Symbol.dispose]() {
      ended = true;
      cancel();
    },
  };
}
