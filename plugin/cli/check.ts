/** `doorstep check`: proves that index, spool and target say the same; mends, or makes a lost index again, when told to. */
import { existsSync } from 'node:fs';
import type { Problem } from '../../protocol/api.ts';
import { isCorruption } from '../events/sqlite-file.ts';
import { readRunFile } from '../hub/run-file.ts';
import { spoolFolder, storageFolder } from '../hub/storage-folder.ts';
import { type CheckOptions, type CheckReport, check } from '../recordings/check/check.ts';
import { type Rebuilt, rebuild } from '../recordings/check/rebuild.ts';
import type { KnownTarget, RecordingIndex } from '../recordings/index/contract.ts';
import { damagedIndex, openRecordingIndex } from '../recordings/index/recording-index.ts';
import { type Target, TargetError, type TargetSession } from '../recordings/keeper/contract.ts';
import { openTarget, targetPlace } from '../recordings/open-target.ts';
import { createSpool } from '../recordings/spool/spool.ts';
import { targetProblem } from '../recordings/target-problem.ts';
import { startChild } from '../system/child.ts';
import { sleep, systemClock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import { inWords, ProblemError, reason } from '../system/problem.ts';
import { checkText } from './check-text.ts';
import type { Terminal } from './doctor.ts';
import { painted, plain } from './doctor-text.ts';
import { readHomebridgeConfig } from './homebridge-config.ts';
import { refuseOtherUser } from './storage-owner.ts';

export interface CheckFlags {
  json: boolean;
  /** Read every byte. */
  hashes: boolean;
  /** Mend what can be mended. */
  repair: boolean;
  /** Take in what lies in spool and target and the index does not know. */
  rebuild: boolean;
}

export interface CheckResult extends CheckReport {
  /** Where recordings are kept, and why that could not be looked at. */
  target: { where: string; problem?: Problem };
  rebuilt?: Rebuilt;
}

const EXIT = { good: 0, found: 1, notLooked: 2 } as const;
/** What a hub that runs is doing just now looks wrong for a moment; what is wrong stays wrong. */
const SECOND_LOOK_MS = 3000;

/** Returns the exit code: 0 when every invariant holds, 1 when one does not, 2 when something could not be looked at. Never throws. */
export async function checkRecordings(
  homebridgeStorage: string,
  flags: CheckFlags,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  try {
    const result = await look(homebridgeStorage, flags, flags.json ? () => {} : terminal.note, signal);
    const paint = terminal.colour ? painted : plain;
    terminal.print(
      flags.json
        ? JSON.stringify(result, null, 2)
        : checkText(result, { paint, width: terminal.width, hashes: flags.hashes }),
    );
    if (result.findings.some(({ repaired }) => !repaired)) return EXIT.found;
    return result.unproven.length > 0 ? EXIT.notLooked : EXIT.good;
  } catch (error) {
    const problem = problemOf(error, storageFolder(homebridgeStorage).recordingIndex, signal);
    if (flags.json) terminal.print(JSON.stringify({ error: problem }, null, 2));
    else terminal.note(inWords(problem));
    return EXIT.notLooked;
  }
}

async function look(
  homebridgeStorage: string,
  flags: CheckFlags,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { recordings } = readHomebridgeConfig(homebridgeStorage).config;
  const folder = storageFolder(homebridgeStorage);
  const running = readRunFile(homebridgeStorage)?.running ?? false;
  const changes = flags.repair || flags.rebuild;
  if (changes && running) throw hubRuns();
  if (changes) refuseOtherUser(existsSync(folder.root) ? folder.root : homebridgeStorage);
  if (!flags.rebuild && !existsSync(folder.recordingIndex)) throw noIndex(folder.recordingIndex);
  const log: Log = { debug() {}, info: note, warn: note, error: note };
  const deps = { clock: systemClock, log };
  await using closing = new Closing();
  const index = closing.use(openRecordingIndex({ ...deps, path: folder.recordingIndex, readOnly: !changes }));
  const rollingFolder = recordings.rollingPath;
  const spool = closing.use(
    createSpool({
      ...{ ...deps, index, folder: spoolFolder(recordings, folder) },
      ...(rollingFolder !== undefined && { rolling: rollingFolder }),
    }),
  );
  const places = { homebridgeStorage, embedded: folder.recordings };
  const place = targetPlace(recordings.target, places);
  note(`Looking at ${place.where}${flags.hashes ? ', and reading every byte; this takes a while' : ''} …`);
  const target = closing.use(openTarget(recordings.target, places, { ...deps, startChild }));
  const reached = await reach(target, index, place, signal);
  if (reached.session) closing.use(reached.session);
  let rebuilt: Rebuilt | undefined;
  if (flags.rebuild) {
    if (reached.problem) throw new ProblemError(reached.problem);
    await spool.recover();
    rebuilt = await takeStock(reached.session, { index, place, log, signal });
  }
  const options: CheckOptions = {
    ...{ index, spool, hashes: flags.hashes, repair: flags.repair, signal },
    ...(rollingFolder !== undefined && { rollingFolder }),
    ...(reached.session && { session: reached.session }),
  };
  const report = running ? await checkTwice(options) : await check(options);
  const { problem } = reached;
  return {
    ...report,
    target: { where: place.where, ...(problem && { problem }) },
    ...(rebuilt && { rebuilt }),
  };
}

/** The place of the settings, when it is the one that the index knows, or knows none. */
async function reach(
  target: Target,
  index: RecordingIndex,
  place: ReturnType<typeof targetPlace>,
  signal: AbortSignal,
): Promise<{ session: TargetSession; problem?: undefined } | { session?: undefined; problem: Problem }> {
  const known = index.target();
  const isThat = known?.kind === place.kind && known.where === place.where;
  try {
    const session = await target.open(isThat ? known : undefined, signal);
    if (!known || known.id === session.facts.id) return { session };
    await session[Symbol.asyncDispose]();
    return { problem: otherPlace(place.where, known.where) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TargetError)) throw error;
    const { fault, message } = error;
    return { problem: targetProblem({ fault, message, ...place, known: known !== undefined }) };
  }
}

interface TakingStock {
  index: RecordingIndex;
  place: ReturnType<typeof targetPlace>;
  log: Log;
  signal: AbortSignal;
}

/** Until all is taken in, the index says that it is not. */
async function takeStock(
  session: TargetSession,
  { index, place, log, signal }: TakingStock,
): Promise<Rebuilt> {
  const { id, fileSystem, mounted } = session.facts;
  const { takingStock: _, ...known }: KnownTarget = index.target() ?? {
    ...{ id, fileSystem, mounted, ...place },
    since: systemClock.now(),
  };
  index.setTarget({ ...known, takingStock: true });
  const rebuilt = await rebuild({ index, session, log, signal });
  index.setTarget(known);
  return rebuilt;
}

/** What was wrong both times. */
async function checkTwice(options: CheckOptions): Promise<CheckReport> {
  const first = await check(options);
  if (first.findings.length === 0) return first;
  await sleep(systemClock, SECOND_LOOK_MS, options.signal);
  const second = await check(options);
  const same = second.findings.filter(({ invariant, where }) =>
    first.findings.some((before) => before.invariant === invariant && before.where === where),
  );
  return { ...second, findings: same };
}

function hubRuns(): ProblemError {
  return new ProblemError({
    code: 'hub-runs',
    what: 'The hub runs, and nobody else may change its index and its spool meanwhile.',
    cure: 'Stop Homebridge (or its child bridge for Doorstep), then try again. Without --repair and --rebuild it may run.',
  });
}

function noIndex(path: string): ProblemError {
  return new ProblemError({
    code: 'no-index',
    what: `There is no index of recordings at ${path}.`,
    cure: 'If it was lost, the hub makes it again at its next start, and so does "doorstep check --rebuild". Else check the folder (-U).',
  });
}

function otherPlace(where: string, known: string): Problem {
  return {
    code: 'target-other',
    what: `The index tells of ${known}, and the settings of ${where}, which is another place.`,
    cure: 'Start Homebridge once with these settings, or correct the target.',
  };
}

function problemOf(error: unknown, path: string, signal: AbortSignal): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (isCorruption(error)) return damagedIndex(path, error).problem;
  if (signal.aborted)
    return { code: 'stopped', what: 'The check was stopped.', cure: 'Nothing is left behind.' };
  if (error instanceof TargetError)
    return {
      code: 'target-missing',
      what: `The target could not be read to the end. ${error.message}`,
      cure: 'Try again: what was found until then is kept.',
    };
  return {
    code: 'unexpected',
    what: `${reason(error)}.`,
    cure: 'Please report this with the lines of the log around it.',
  };
}
