/** Runs rclone for one answer. */
import type { Child, ChildOptions, StartChild } from '../../system/child.ts';
import { withoutSecrets } from '../../system/log.ts';
import { TargetError } from './contract.ts';
import { checkCalledOff } from './folder-fault.ts';
import { rcloneFault } from './rclone-fault.ts';
import type { RcloneRemotes } from './rclone-remote.ts';

export interface RcloneProgram {
  startChild: StartChild;
  program: string;
  configFile: string | undefined;
  /** The remote in words, for messages. */
  where: string;
}

/** It never asks, and repeats nothing: trouble is told to those who wait, who try again in their own time. */
const ARGS = [
  ...['--ask-password=false', '--contimeout', '10s'],
  ...['--low-level-retries', '1', '--retries', '1'],
];
/** A question ends by itself soon after whoever asked it was killed. */
const ONE_ANSWER = ['--timeout', '10s'];
const OLDEST = [1, 60] as const;
const INSTALL =
  'Install it with your package manager (apt install rclone) or from https://rclone.org/downloads, or give its path in the options.';
/** Its configuration may hold icons and tokens, but no books. */
const MOST_OUTPUT = 2 ** 22;
/**
 * What it may know of our environment. Not `RCLONE_…`, which could turn a remote to another host, and no proxy. The password of its configuration and
 * the key agent are the owner's to give.
 */
const ENVIRONMENT = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'LANG', 'XDG_CONFIG_HOME', 'SSH_AUTH_SOCK'],
  ...['RCLONE_CONFIG', 'RCLONE_CONFIG_PASS', 'APPDATA', 'USERPROFILE', 'SystemRoot', 'TEMP'],
];

/** Starts rclone. */
export function startRclone(
  { startChild, program, configFile }: RcloneProgram,
  args: readonly string[],
  options: Omit<ChildOptions, 'env'> & { secrets?: Readonly<Record<string, string>> },
): Child {
  const { secrets, ...rest } = options;
  const known = ENVIRONMENT.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const config = configFile === undefined ? [] : ['--config', configFile];
  const env = { ...Object.fromEntries(known), ...secrets };
  return startChild(program, [...args, ...config, ...ARGS], { ...rest, env });
}

/** What a command prints. Rejects with a `TargetError`. */
export async function runRclone(
  rclone: RcloneProgram,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  await using child = startRclone(rclone, [...args, ...ONE_ANSWER], {});
  const stop = () => void child.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.outputs[0]?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MOST_OUTPUT) chunks.push(chunk);
    });
    const { code, error, stderrTail } = await child.exited;
    checkCalledOff(signal);
    if (error) throw notStarted(rclone.program);
    if (code === 0 && bytes <= MOST_OUTPUT) return Buffer.concat(chunks).toString('utf8');
    throw endedFault(rclone, stderrTail);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Why it ended, by its last words. */
export function endedFault(
  { where }: Pick<RcloneProgram, 'where'>,
  stderrTail: readonly string[],
): TargetError {
  const line = withoutSecrets(stderrTail.at(-1) ?? 'nothing').slice(0, 500);
  return rcloneFault(where, line) ?? new TargetError('failed', `${where}: rclone ended. It said: ${line}`);
}

export function notStarted(program: string): TargetError {
  return new TargetError('failed', `The program "${program}" cannot be started. ${INSTALL}`);
}

/** Rejects with a `TargetError` (`failed`) for a version that is too old. */
export async function checkVersion(rclone: RcloneProgram, signal: AbortSignal): Promise<void> {
  const text = await runRclone(rclone, ['version'], signal);
  const [, major, minor] = /rclone v(\d+)\.(\d+)/.exec(text) ?? [];
  const [oldest, least] = OLDEST;
  if (Number(major) > oldest || (Number(major) === oldest && Number(minor) >= least)) return;
  const found = major === undefined ? 'of an unknown version' : `version ${major}.${minor}`;
  throw new TargetError(
    'failed',
    `rclone is ${found}; Doorstep needs ${oldest}.${least} or newer. ${INSTALL}`,
  );
}

/** The configuration; never to be logged. */
export async function readRemotes(rclone: RcloneProgram, signal: AbortSignal): Promise<RcloneRemotes> {
  const text = await runRclone(rclone, ['config', 'dump'], signal);
  try {
    return JSON.parse(text) as RcloneRemotes;
  } catch {
    throw new TargetError(
      'failed',
      'The configuration of rclone cannot be read. Look at it with: rclone config',
    );
  }
}

/** Room at the remote; empty where it does not tell. Never rejects. */
export async function readRoom(
  rclone: RcloneProgram,
  remote: string,
  signal: AbortSignal,
): Promise<{ freeBytes?: number; totalBytes?: number }> {
  try {
    const text = await runRclone(rclone, ['about', remote, '--json'], signal);
    const { free, total }: { free?: unknown; total?: unknown } = JSON.parse(text);
    return {
      ...(typeof free === 'number' && { freeBytes: free }),
      ...(typeof total === 'number' && { totalBytes: total }),
    };
  } catch {
    return {};
  }
}
