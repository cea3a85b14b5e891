/** `doorstep doctor`: examines cameras and host, through the hub where it runs, else by itself. */
import type { DoctorReport, Problem } from '../../protocol/api.ts';
import { readRunFile } from '../hub/run-file.ts';
import { startChild } from '../system/child.ts';
import { systemClock } from '../system/clock.ts';
import { inWords, ProblemError, reason } from '../system/problem.ts';
import { examineAlone } from './doctor-alone.ts';
import { askHub } from './doctor-hub.ts';
import { type Paint, painted, plain, reportText, worstOf } from './doctor-text.ts';

export interface DoctorFlags {
  json: boolean;
  /** Slug or id of the only camera to examine; then the host is left out. */
  camera?: string | undefined;
}

export interface Terminal {
  print(text: string): void;
  /** For what is no part of the report. */
  note(text: string): void;
  /** Whether a person reads it, in a terminal that knows colours. */
  colour: boolean;
  /** Characters in a line. */
  width: number;
}

const EXIT = { good: 0, bad: 1, notExamined: 2 } as const;

/** Returns the exit code: 0 when nothing is bad, 1 when something is, 2 when nothing could be examined. Never throws. */
export async function doctor(
  homebridgeStorage: string,
  { json, camera }: DoctorFlags,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  try {
    const report = await examine(homebridgeStorage, camera, json ? () => {} : terminal.note, signal);
    const paint: Paint = terminal.colour ? painted : plain;
    terminal.print(
      json ? JSON.stringify(report, null, 2) : reportText(report, { paint, width: terminal.width }),
    );
    return worstOf(report) === 'bad' ? EXIT.bad : EXIT.good;
  } catch (error) {
    const problem = problemOf(error, signal);
    if (json) terminal.print(JSON.stringify({ error: problem }, null, 2));
    else terminal.note(inWords(problem));
    return EXIT.notExamined;
  }
}

async function examine(
  homebridgeStorage: string,
  camera: string | undefined,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<DoctorReport> {
  const status = readRunFile(homebridgeStorage);
  if (status?.running && status.api) {
    note('Examining through the hub that runs; this takes about ten seconds …');
    return askHub({ homebridgeStorage, url: status.api.url, camera, signal }, { clock: systemClock, fetch });
  }
  note(
    status?.running
      ? 'The hub runs without its API, so cameras are opened once more beside it; this takes up to a minute …'
      : 'The hub does not run, so cameras are opened for a moment; this takes up to a minute …',
  );
  return examineAlone({ homebridgeStorage, camera, signal }, { clock: systemClock, startChild });
}

function problemOf(error: unknown, signal: AbortSignal): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (signal.aborted)
    return { code: 'stopped', what: 'The examination was stopped.', cure: 'Nothing is left behind.' };
  return {
    code: 'unexpected',
    what: `${reason(error)}.`,
    cure: 'Please report this with the lines of the log around it.',
  };
}
