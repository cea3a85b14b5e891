/** What it costs the hub to read one picture of the main stream out of ffmpeg's output. */
import { findFfmpeg } from '../plugin/camera/ffmpeg.ts';
import { MediaAssembler } from '../plugin/camera/media-assembler.ts';
import { readerArgs } from '../plugin/camera/reader-args.ts';
import { firstHabits } from '../plugin/camera/reader-lessons.ts';
import { startChild } from '../plugin/system/child.ts';
import { systemClock } from '../plugin/system/clock.ts';
import type { Closing } from '../plugin/system/closing.ts';
import { startSimulator } from '../simulator/simulator-process.ts';
import { CAMERA } from './doorway.ts';
import type { Group, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

const RECORD_MS = 8000;
const ROUNDS = 200;

const ROWS: readonly RowSpec[] = [
  {
    name: 'parse-per-frame-median',
    what: `boxes, times and keyframes of one picture (${CAMERA.size}) as the reader's ffmpeg writes it, to a fragment ready for the ring`,
    unit: 'µs',
  },
  { name: 'parse-per-frame-p95', what: 'the same, 95th percentile', unit: 'µs' },
];

export const parse: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const chunks = await record(closing);
    const samples: number[] = [];
    // The first rounds are before the compiler has had its say.
    for (let round = -ROUNDS / 4; round < ROUNDS; round++) {
      const perFrame = parseOnce(chunks);
      if (round >= 0) samples.push(perFrame);
    }
    const { median, p95, count } = summarize(samples);
    return {
      'parse-per-frame-median': { value: median, samples: count },
      'parse-per-frame-p95': { value: p95, samples: count },
    };
  },
};

/** Reads the simulated camera as the hub does; gives the pieces as they came out of the pipe. */
async function record(closing: Closing): Promise<Buffer[]> {
  const ffmpeg = await findFfmpeg({}, { startChild, clock: systemClock });
  const simulator = closing.use(await startSimulator(CAMERA));
  const { args } = readerArgs(ffmpeg, {
    ...firstHabits('none'),
    ...{ url: simulator.main, transport: 'tcp', role: 'main' },
  });
  const reader = closing.use(startChild(ffmpeg.path, args));
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    reader.outputs[0]?.on('data', (chunk: Buffer) => chunks.push(chunk));
    void reader.exited.then(() => reject(new Error('The reader ended.')));
    setTimeout(resolve, RECORD_MS);
  });
  await closing[Symbol.asyncDispose]();
  return chunks;
}

/** µs for each fragment. */
function parseOnce(recorded: readonly Buffer[]): number {
  // It numbers the fragments in place, as a pipe's buffers are its own.
  const chunks = recorded.map((chunk) => Buffer.from(chunk));
  const assembler = new MediaAssembler({ generation: 1, audio: false, clock: systemClock });
  let fragments = 0;
  const begun = performance.now();
  for (const chunk of chunks)
    for (const { type } of assembler.pushVideo(chunk)) if (type === 'fragment') fragments++;
  const us = (performance.now() - begun) * 1000;
  if (fragments === 0) throw new Error('The camera sent no picture.');
  return us / fragments;
}
