/** The program rclone, and remotes for it. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './nas-server.ts';

const rclone = findProgram('rclone', 'RCLONE', 'The tests with rclone');

/** Whether there is one. */
export const hasRclone = rclone.path !== undefined;

/** A test that needs rclone; skipped, with a word, on a machine without it. */
export const rcloneTest = rclone.test;
/** The same for many tests. */
export const rcloneSuite = rclone.suite;

/** Path of rclone. Throws where it is missing. */
export function rcloneProgram(): string {
  if (rclone.path) return rclone.path;
  throw new Error('No rclone was found; name yours in the variable RCLONE.');
}

/** Settings of one remote, as they stand in rclone's configuration. */
export type RemoteSettings = Readonly<Record<string, string | number>>;

/** Writes a configuration with these remotes into a folder; gives its path. */
export async function writeRcloneConfig(
  folder: string,
  remotes: Readonly<Record<string, RemoteSettings>>,
): Promise<string> {
  const sections = Object.entries(remotes).map(([name, settings]) =>
    [`[${name}]`, ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`), ''].join('\n'),
  );
  const path = join(folder, 'rclone.conf');
  await writeFile(path, sections.join('\n'), { mode: 0o600 });
  return path;
}

/** A password in the form that rclone keeps it in. */
export function obscured(password: string): string {
  return execFileSync(rcloneProgram(), ['obscure', password], { encoding: 'utf8' }).trim();
}
