/** Turns frames of PCM into what a backchannel takes: G.711 here, at once; AAC by an ffmpeg. */
import type { StartChild } from '../../system/child.ts';
import { withoutSecrets } from '../../system/log.ts';
import { AdtsFrames } from './adts.ts';
import type { Backchannel } from './backchannel.ts';
import type { BackchannelTrack } from './backchannel-sdp.ts';
import { createG711 } from './g711.ts';
import { pcmInput, writeLive } from './pcm-input.ts';
import { talkFailed } from './talk-problem.ts';

export interface TalkEncoder extends AsyncDisposable {
  /** Takes a frame of mono PCM at the rate of the track. */
  encode(pcm: Buffer): void;
  /** Resolves, never rejects, when it ended: with why, when by itself. */
  readonly ended: Promise<string | undefined>;
}

export interface TalkEncoderDeps {
  /** Path of the ffmpeg program; undefined when there is none. */
  ffmpeg: string | undefined;
  startChild: StartChild;
}

const AAC_SAMPLES = 1024;
/** Sizes in an AU header have 13 bits (RFC 3640, mode AAC-hbr). */
const MAX_AU_BYTES = 0x1fff;

/** @throws ProblemError when the camera wants AAC and there is no ffmpeg */
export function createTalkEncoder(backchannel: Backchannel, deps: TalkEncoderDeps): TalkEncoder {
  const { track } = backchannel;
  return track.codec.name === 'AAC' ? aac(backchannel, deps) : g711(backchannel, track.codec.name);
}

function g711(backchannel: Backchannel, law: 'PCMU' | 'PCMA'): TalkEncoder {
  const encode = createG711(law);
  let first = true;
  let end: (why: undefined) => void = () => {};
  const ended = new Promise<undefined>((resolve) => {
    end = resolve;
  });
  return {
    ended,
    encode(pcm) {
      const payload = encode(pcm);
      // The marker says that a talkspurt begins (RFC 3551, 4.1); ours is one from beginning to end.
      backchannel.send(payload, payload.length, first);
      first = false;
    },
    async [Symbol.asyncDispose]() {
      end(undefined);
    },
  };
}

function aac(backchannel: Backchannel, { ffmpeg, startChild }: TalkEncoderDeps): TalkEncoder {
  if (ffmpeg === undefined) throw talkFailed('The camera wants AAC, and there is no ffmpeg to make it.');
  const child = startChild(ffmpeg, aacArgs(backchannel.track), { stdin: true, outputs: 1, graceMs: 500 });
  const frames = new AdtsFrames();
  let over = false;
  child.outputs[0]?.on('data', (chunk: Buffer) => {
    if (over) return;
    for (const frame of frames.push(chunk)) {
      if (frame.length <= MAX_AU_BYTES) backchannel.send(accessUnit(frame), AAC_SAMPLES, true);
    }
  });
  const ended = child.exited.then(({ error, stderrTail }) =>
    over ? undefined : `ffmpeg ended (${withoutSecrets(error?.message ?? stderrTail.join(' '))})`,
  );
  return {
    ended,
    encode: (pcm) => writeLive(child.stdin, pcm),
    async [Symbol.asyncDispose]() {
      over = true;
      await child.stop();
    },
  };
}

export function aacArgs({
  sampleRate,
  channels,
}: Pick<BackchannelTrack, 'sampleRate' | 'channels'>): string[] {
  return [
    ...pcmInput(sampleRate),
    // The rate grows with the samples: 32 kbit/s at 16 kHz, which is plenty for a voice.
    ...['-c:a', 'aac', '-ac', String(channels), '-b:a', String(sampleRate * 2 * channels)],
    ...['-flush_packets', '1', '-f', 'adts', 'pipe:1'],
  ];
}

/** One AU header of 13 bits size and 3 bits index, after the length of all headers in bits (RFC 3640, 3.2.1). */
function accessUnit(frame: Buffer): Buffer {
  const header = Buffer.of(0, 16, 0, 0);
  header.writeUInt16BE(frame.length << 3, 2);
  return Buffer.concat([header, frame]);
}
