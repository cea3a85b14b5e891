/** Speech for cameras without a backchannel: an ffmpeg with an output that the owner configured. */
import type { Child, StartChild } from '../../system/child.ts';
import { atMost, type Clock } from '../../system/clock.ts';
import { withoutSecrets } from '../../system/log.ts';
import { pcmInput, writeLive } from './pcm-input.ts';

export const OUTPUT_SAMPLE_RATE = 16_000;

/**
 * What an output may open: the network, and nothing on the disk. An output device (such as `-f alsa default`) is no protocol and
 * works as well.
 */
const PROTOCOLS = 'rtp,srtp,rtsp,rtsps,udp,tcp,tls,http,https,httpproxy,crypto,pipe';
const GOODBYE_MS = 500;

/** @param output the owner's arguments, which end with where the speech goes */
export function outputArgs(output: readonly string[]): string[] {
  return [
    ...pcmInput(OUTPUT_SAMPLE_RATE),
    '-flush_packets',
    '1',
    '-protocol_whitelist',
    PROTOCOLS,
    ...output,
  ];
}

export interface TalkOutputOptions {
  output: readonly string[];
  ffmpeg: string;
  startChild: StartChild;
  clock: Clock;
}

export interface TalkOutput extends AsyncDisposable {
  write(pcm: Buffer): void;
  /** Resolves, never rejects, when it ended: with why, when by itself. */
  readonly ended: Promise<string | undefined>;
}

export function startTalkOutput({ output, ffmpeg, startChild, clock }: TalkOutputOptions): TalkOutput {
  const child: Child = startChild(ffmpeg, outputArgs(output), { stdin: true, outputs: 0 });
  let over = false;
  const ended = child.exited.then(({ error, stderrTail }) =>
    over
      ? undefined
      : `the output of ffmpeg ended (${withoutSecrets(error?.message ?? stderrTail.join(' '))})`,
  );
  return {
    ended,
    write: (pcm) => writeLive(child.stdin, pcm),
    async [Symbol.asyncDispose]() {
      over = true;
      // The end of its input lets it send what it holds and close its connections.
      child.stdin?.end();
      await atMost(clock, GOODBYE_MS, child.exited);
      await child.stop();
    },
  };
}
