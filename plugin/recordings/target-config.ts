/** The options of the target, as the keeper takes them and as people are told of them. */
import type { TargetKind } from '../../protocol/api.ts';
import type { Config } from '../config.ts';
import { OUTSIDE_WORDS } from '../recording-options.ts';
import { ProblemError } from '../system/problem.ts';
import type { TargetConfig } from './keeper/contract.ts';

type TargetOptions = Config['recordings']['target'];

export interface TargetPlaces {
  /** Homebridge's own storage folder. */
  homebridgeStorage: string;
  /** Where recordings go without a target. */
  embedded: string;
}

/** Throws a `ProblemError` (`target-incomplete`) when the options do not say where. */
export function targetConfig(target: TargetOptions, places: TargetPlaces): TargetConfig {
  const storage = places.homebridgeStorage;
  if (!target) return { kind: 'embedded', path: places.embedded, storage, allowOutside: false };
  const allowOutside = target.outsideHome === OUTSIDE_WORDS;
  const { kind, username, password, fingerprint, rcloneConfig } = target;
  switch (kind) {
    case 'folder':
      return { kind, path: needed(target.path, kind, 'Folder'), storage, allowOutside };
    case 'webdav':
      return {
        ...{ kind, url: needed(target.url, kind, 'Address'), username, password, allowOutside },
        ...(fingerprint && { fingerprint: fingerprint.replaceAll(':', '').toLowerCase() }),
      };
    case 'rclone':
      return {
        ...{ kind, remote: needed(target.remote, kind, 'Remote'), program: 'rclone', allowOutside },
        ...(rcloneConfig && { configFile: rcloneConfig }),
      };
  }
}

/** The target for people: its kind and its folder, address or remote; never a password. */
export function whereOf(config: TargetConfig): { kind: TargetKind; where: string } {
  const { kind } = config;
  if (kind === 'webdav') return { kind, where: withoutLogin(config.url) };
  return { kind, where: kind === 'rclone' ? config.remote : config.path };
}

function needed(value: string | undefined, kind: string, title: string): string {
  if (value) return value;
  throw new ProblemError({
    code: 'target-incomplete',
    what: `The target of kind "${kind}" does not say where recordings go.`,
    cure: `Fill in "${title}" at "Recordings", then restart. Recordings wait in the spool until then.`,
  });
}

function withoutLogin(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return '(no address)';
  parsed.username = '';
  parsed.password = '';
  parsed.search = '';
  parsed.hash = '';
  return parsed.href;
}
