/**
 * A detector of the owner's, as a program: pictures go to its standard input as PPM (P6), one line of JSON comes back for each. One that is
 * late, talks nonsense or ends is replaced, with longer and longer pauses.
 */
import type { Readable } from 'node:stream';
import type { Box } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import type { Child, StartChild } from '../../system/child.ts';
import { atMost, type Clock } from '../../system/clock.ts';
import { ProblemError } from '../../system/problem.ts';
import type { Detected, Detector } from '../contract.ts';
import { WHOLE } from '../places.ts';
import { mergeBoxes } from './merge-boxes.ts';
import { lookablePart, toRgb } from './model-input.ts';
import { type Greeting, readAnswer, readGreeting } from './program-answer.ts';

export interface ProgramDeps {
  startChild: StartChild;
  clock: Clock;
  /** A line for the log. */
  say(line: string): void;
}

/** To load its model, and to answer for one picture. */
const GREETING_MS = 60_000;
const ANSWER_MS = 5000;
/** From the end of its output to its own. */
const ENDING_MS = 1000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const LONGEST_LINE = 256 * 1024;

/** Starts the program and waits for its first line. Rejects with a `ProblemError`, `detector-failed`, when that does not come. */
export async function openProgram(command: readonly string[], deps: ProgramDeps): Promise<Detector> {
  const [file, ...args] = command;
  if (file === undefined)
    throw failed('The detector is "program", and no program is given.', 'Give its path as detector.command.');
  const start = () => Run.start(file, args, deps);
  const { run, greeting } = await start();
  return new ProgramDetector(greeting, run, start, deps.clock);
}

class ProgramDetector implements Detector {
  readonly name: string;
  readonly labels: readonly Detected['label'][];
  readonly #start: () => Promise<{ run: Run }>;
  readonly #clock: Clock;
  #run: Run | undefined;
  #starting: Promise<void> | undefined;
  #failures = 0;
  #restUntil = 0;
  #closed = false;

  constructor({ name, labels }: Greeting, run: Run, start: () => Promise<{ run: Run }>, clock: Clock) {
    this.name = name;
    this.labels = labels;
    this.#run = run;
    this.#start = start;
    this.#clock = clock;
  }

  async detect(frame: SmallFrame, part?: Box): Promise<Detected[]> {
    const run = this.#run;
    if (!run) {
      this.#startAgain();
      throw failed(`The detector program ${this.name} is not running.`, 'It is started again by itself.');
    }
    try {
      const detected = await run.ask(frame, part);
      this.#failures = 0;
      return detected;
    } catch (error) {
      await this.#giveUp(run);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#run?.[Symbol.asyncDispose]();
    await this.#starting;
  }

  async #giveUp(run: Run): Promise<void> {
    if (this.#run === run) this.#run = undefined;
    this.#rest();
    await run[Symbol.asyncDispose]();
  }

  #rest(): void {
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
    this.#restUntil = this.#clock.monotonic() + pause;
  }

  #startAgain(): void {
    if (this.#starting || this.#closed || this.#clock.monotonic() < this.#restUntil) return;
    this.#starting = this.#start()
      .then(async ({ run }) => {
        if (this.#closed) await run[Symbol.asyncDispose]();
        else this.#run = run;
      })
      .catch(() => this.#rest())
      .finally(() => {
        this.#starting = undefined;
      });
  }
}

/** The program, from one start to its end. */
class Run implements AsyncDisposable {
  readonly #child: Child;
  readonly #clock: Clock;
  readonly #file: string;
  readonly #lines: AsyncIterator<string>;
  /** Answers come in the order of the pictures. */
  #last: Promise<unknown> = Promise.resolve();

  static async start(file: string, args: readonly string[], deps: ProgramDeps) {
    const child = deps.startChild(file, args, { stdin: true, onLine: deps.say });
    const run = new Run(file, child, deps.clock);
    try {
      const greeting = readGreeting(await run.#line(GREETING_MS));
      if (!greeting) throw run.#nonsense('its first line');
      return { run, greeting };
    } catch (error) {
      await run[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(file: string, child: Child, clock: Clock) {
    this.#file = file;
    this.#child = child;
    this.#clock = clock;
    this.#lines = linesOf(child.outputs[0]);
  }

  ask(frame: SmallFrame, part?: Box): Promise<Detected[]> {
    const asked = this.#last.then(async () => {
      const looked = part ? lookablePart(part, frame) : WHOLE;
      this.#child.stdin?.write(ppm(frame, looked));
      const detected = readAnswer(await this.#line(ANSWER_MS), looked);
      if (!detected) throw this.#nonsense('a line');
      return mergeBoxes(detected);
    });
    this.#last = asked.catch(() => {});
    return asked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stop();
  }

  async #line(ms: number): Promise<string> {
    const next = await atMost(this.#clock, ms, this.#lines.next());
    if (!next)
      throw failed(`The detector program ${this.#file} gave no answer within ${ms / 1000} s.`, SEE_DOCS);
    if (!next.done) return next.value;
    const exit = await atMost(this.#clock, ENDING_MS, this.#child.exited);
    const why = exit ? (exit.error?.message ?? exit.signal ?? `code ${exit.code}`) : 'its output is closed';
    throw failed(`The detector program ${this.#file} ended by itself (${why}).`, SEE_DOCS);
  }

  #nonsense(what: string): ProblemError {
    return failed(`${what} of the detector program ${this.#file} is not understood.`, SEE_DOCS);
  }
}

const SEE_DOCS = 'Try it by hand in a terminal; docs/detection.md says what it reads and writes.';

const failed = (what: string, cure: string) => new ProblemError({ code: 'detector-failed', what, cure });

/** A picture as PPM: `P6`, width and height, 255, each on a line, then red, green and blue of each pixel. */
function ppm(frame: SmallFrame, part: Box): Buffer {
  const width = Math.round((part.right - part.left) * frame.width);
  const height = Math.round((part.bottom - part.top) * frame.height);
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), toRgb(frame, part, { width, height })]);
}

/** Its output line by line, until it ends or a line is far too long. */
async function* linesOf(output: Readable | undefined): AsyncGenerator<string, void> {
  let rest = '';
  try {
    for await (const chunk of output?.setEncoding('utf8') ?? []) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (rest.length > LONGEST_LINE) return;
    }
  } catch {
    // The program is being ended.
  }
}
