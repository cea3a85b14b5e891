/** `doorstep verify`: whether the log of shares is what it was, holds what an old head told of, and whether a bag is whole. */
import { existsSync, readFileSync } from 'node:fs';
import type { Problem } from '../../protocol/api.ts';
import { storageFolder } from '../hub/storage-folder.ts';
import { parseHeads, type SignedHead } from '../sharing/audit/heads.ts';
import { readLogFiles } from '../sharing/audit/log-files.ts';
import { type LogVerdict, verifyLog } from '../sharing/audit/verify-log.ts';
import { type BagReport, checkBag } from '../sharing/bag/check-bag.ts';
import { keyIdOf, readPublicKey } from '../sharing/keys.ts';
import { sharingFolder } from '../sharing/sharing-folder.ts';
import { inWords, ProblemError, reason } from '../system/problem.ts';
import type { Terminal } from './doctor.ts';
import { painted, plain } from './doctor-text.ts';
import { verifyText } from './verify-text.ts';

export interface VerifyFlags {
  json: boolean;
  /** The log as well, where a bag is given. */
  log: boolean;
  /** A file with heads that were kept elsewhere: a mail, a statement, a bag's. */
  head?: string | undefined;
}

export interface VerifyResult {
  log?: LogVerdict & { where: string; keyId?: string; outsideHeads: number; tornBytes: number };
  /** Where there is no log; `ok`: there never was one. */
  noLog?: { ok: boolean; what: string };
  /** `ownKey`: the key of this house signed it. */
  bag?: BagReport & { where: string; ownKey: boolean };
}

const EXIT = { good: 0, found: 1, notLooked: 2 } as const;

/**
 * Returns the exit code: 0 when nothing is wrong, also when nothing was ever shared; 1 when something is wrong; 2 when it could not look.
 * Never throws.
 *
 * @param bag folder of an evidence bag; without one, the log of this house is verified
 */
export async function verify(
  homebridgeStorage: string,
  bag: string | undefined,
  flags: VerifyFlags,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  try {
    const result = await look(homebridgeStorage, bag, flags, signal);
    const paint = terminal.colour ? painted : plain;
    terminal.print(
      flags.json ? JSON.stringify(result, null, 2) : verifyText(result, { paint, width: terminal.width }),
    );
    const parts = [result.log, result.noLog, result.bag];
    return parts.some((part) => part?.ok === false) ? EXIT.found : EXIT.good;
  } catch (error) {
    const problem = problemOf(error, signal);
    if (flags.json) terminal.print(JSON.stringify({ error: problem }, null, 2));
    else terminal.note(inWords(problem));
    return EXIT.notLooked;
  }
}

async function look(
  homebridgeStorage: string,
  bag: string | undefined,
  { log, head }: VerifyFlags,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const { keys, log: folder } = sharingFolder(storageFolder(homebridgeStorage).sharing);
  const outsideHeads = head === undefined ? [] : readHeads(head);
  const publicKeySsh = readPublicKey(keys);
  const wantsLog = bag === undefined || log || head !== undefined;
  return {
    ...(wantsLog && (await lookAtLog(folder, outsideHeads, publicKeySsh))),
    ...(bag !== undefined && { bag: await lookAtBag(bag, publicKeySsh, signal) }),
  };
}

async function lookAtLog(
  folder: string,
  outsideHeads: readonly SignedHead[],
  publicKeySsh: string | undefined,
): Promise<Pick<VerifyResult, 'log' | 'noLog'>> {
  const files = await readLogFiles(folder);
  if (!files) return { noLog: noLog(folder, outsideHeads.length > 0, publicKeySsh !== undefined) };
  const { lines, heads, headsRest, tornBytes } = files;
  const verdict = verifyLog(lines, heads, {
    ...{ outsideHeads, headsRest },
    ...(publicKeySsh !== undefined && { publicKeySsh }),
  });
  const keyId = keyIdOf(verdict.key ?? '');
  return {
    log: { ...verdict, where: folder, outsideHeads: outsideHeads.length, tornBytes, ...(keyId && { keyId }) },
  };
}

function noLog(folder: string, isTold: boolean, hasKey: boolean): { ok: boolean; what: string } {
  const none = `There is no log of shares in ${folder}`;
  if (isTold)
    return {
      ok: false,
      what: `${none}, and the head kept elsewhere tells of one: check the folder (-U); if it is right, the log was removed.`,
    };
  if (hasKey)
    return { ok: false, what: `${none}, and there is the key that it began with: the log was removed.` };
  return { ok: true, what: `${none}: nothing was ever shared from here.` };
}

async function lookAtBag(
  where: string,
  publicKeySsh: string | undefined,
  signal: AbortSignal,
): Promise<NonNullable<VerifyResult['bag']>> {
  if (!existsSync(where))
    throw new ProblemError({
      code: 'no-bag',
      what: `There is no bag at ${where}.`,
      cure: 'Give the folder of the bag; a ZIP has to be unpacked first.',
    });
  const report = await checkBag(where, { signal });
  const ownKey = report.signedBy !== undefined && report.signedBy === keyIdOf(publicKeySsh ?? '');
  return { ...report, where, ownKey };
}

function readHeads(path: string): SignedHead[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ProblemError(
      {
        code: 'no-head',
        what: `The head could not be read: ${reason(error)}.`,
        cure: 'Give a file with the head, as it stood in the mail or in the bag.',
      },
      { cause: error },
    );
  }
  const { heads } = parseHeads(text);
  if (heads.length > 0) return heads;
  throw new ProblemError({
    code: 'no-head',
    what: `There is no head of a log in ${path}.`,
    cure: 'Copy it whole, from "doorstep-log/" to the end of the signature.',
  });
}

function problemOf(error: unknown, signal: AbortSignal): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (signal.aborted)
    return { code: 'stopped', what: 'The check was stopped.', cure: 'Nothing is left behind.' };
  return {
    code: 'share-log-unreadable',
    what: `The log of shares could not be read: ${reason(error)}.`,
    cure: 'Run it as the user that runs Homebridge, who alone may read it.',
  };
}
