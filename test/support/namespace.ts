/** Mounts of a test's own: a script runs in a mount namespace, which goes with it. Linux alone, and root. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const UNSHARE = ['--mount', '--propagation', 'private'];

/** Why no mounts can be made here; undefined where they can. */
export function whyNoNamespace(): string | undefined {
  if (process.platform !== 'linux') return 'mount namespaces are a thing of Linux';
  if (process.getuid?.() !== 0) return 'mounts need root';
  const tried = spawnSync('unshare', [...UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
    encoding: 'utf8',
  });
  if (tried.status === 0) return undefined;
  return `a mount namespace cannot be made: ${(tried.error?.message ?? tried.stderr).trim()}`;
}

/**
 * Runs a script with Node in a namespace of its own. What it prints last is the result, as JSON; a script that fails rejects with what it
 * said on standard error.
 *
 * @param script path
 * @param signal ends it, with all that it started and mounted
 */
export async function inNamespace(
  script: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<unknown> {
  const child = spawn('unshare', [...UNSHARE, '--kill-child', process.execPath, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const [output, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(complaints.trim() || `${script} ended with ${code}.`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}
