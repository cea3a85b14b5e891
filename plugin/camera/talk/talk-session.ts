/** One person speaking: keeps the pace, and knows when it is over. */
import type { Clock } from '../../system/clock.ts';
import type { TalkSession } from '../contract.ts';
import { startTalkPace } from './talk-pace.ts';

export interface TalkSessionOptions {
  sampleRate: number;
  clock: Clock;
  /** Takes a frame of 20 ms of mono PCM. */
  send(frame: Buffer): void;
  /** Each resolves, never rejects, when that part has ended: with why, when by itself. */
  ends: readonly Promise<string | undefined>[];
  /** Last opened, last in here; closed from the end. */
  parts: readonly AsyncDisposable[];
}

export function startTalkSession(options: TalkSessionOptions): TalkSession {
  const { sampleRate, clock, send, ends, parts } = options;
  const pace = startTalkPace(sampleRate, clock, send);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      pace[Symbol.dispose]();
      for (const part of parts.toReversed()) await part[Symbol.asyncDispose]();
    })();
    return closing;
  };
  const over = Promise.withResolvers<string | undefined>();
  for (const end of ends) void end.then((why) => over.resolve(why));
  const ended = over.promise.then(async (why) => {
    await close();
    return why;
  });
  return {
    sampleRate,
    ended,
    write: (pcm) => pace.write(pcm),
    async [Symbol.asyncDispose]() {
      over.resolve(undefined);
      await ended;
    },
  };
}
