/** Where a remote of rclone leads, read from its configuration: to which kind of storage, and to which hosts. */
import { TargetError } from './contract.ts';

/** What `rclone config dump` prints; holds secrets. */
export type RcloneRemotes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One storage that a remote keeps files on. */
export interface RcloneStorage {
  /** `smb`, `sftp`, `local`, … */
  type: string;
  /** Name or address; undefined for a disk of this machine (`local`), and for what is in nobody's home (`cloud`). */
  host?: string;
  place: 'host' | 'local' | 'cloud';
}

/** Types with a server that can stand in the home, and the option that names it. */
const HOST_OPTIONS: Readonly<Record<string, string>> = {
  smb: 'host',
  sftp: 'host',
  ftp: 'host',
  webdav: 'url',
  s3: 'endpoint',
};
/** Types that keep their files on other remotes, and the option that names those. */
const WRAPPERS: Readonly<Record<string, 'remote' | 'upstreams'>> = {
  alias: 'remote',
  cache: 'remote',
  chunker: 'remote',
  compress: 'remote',
  crypt: 'remote',
  hasher: 'remote',
  combine: 'upstreams',
  union: 'upstreams',
};
/** Options by which the bytes take another way than to the host. */
const DETOURS = ['ssh', 'socks_proxy', 'http_proxy', 'proxy', 'storage_url'];
const DEEPEST = 16;

/**
 * All storages that `remote` (`nas:doorstep`) leads to; at least one. Throws a `TargetError` (`failed`) for a remote that is not configured, and for
 * wrappers that end nowhere.
 */
export function storagesOf(remote: string, remotes: RcloneRemotes, depth = 0): RcloneStorage[] {
  const [, name] = /^([^:,/\\]+):/.exec(remote) ?? [];
  // A path of this machine, or a remote made up on the fly, which may lead anywhere.
  if (name === undefined)
    return [remote === '' || remote.includes(':') ? CLOUD : { type: 'local', place: 'local' }];
  const settings = remotes[name];
  const type = settings?.type;
  if (!settings || type === undefined)
    throw new TargetError('failed', `rclone has no remote "${name}". Make it with: rclone config`);
  const wrapped = WRAPPERS[type];
  if (wrapped === undefined) return [storageOf(type, settings)];
  const inner = wrapped === 'remote' ? [settings.remote ?? ''] : upstreamsOf(type, settings.upstreams ?? '');
  if (depth >= DEEPEST || inner.length === 0)
    throw new TargetError(
      'failed',
      `The remote "${name}" of rclone leads nowhere. Look at it with: rclone config`,
    );
  return inner.flatMap((each) => storagesOf(each, remotes, depth + 1));
}

const CLOUD: RcloneStorage = { type: 'unknown', place: 'cloud' };

function storageOf(type: string, settings: Readonly<Record<string, string>>): RcloneStorage {
  if (type === 'local') return { type, place: 'local' };
  const host = hostOf(settings[HOST_OPTIONS[type] ?? ''] ?? '');
  if (host === undefined || DETOURS.some((option) => settings[option])) return { type, place: 'cloud' };
  return { type, place: 'host', host };
}

/** From an address (`https://nas:9000/x`), or a host with or without a port. */
function hostOf(text: string): string | undefined {
  const url = URL.parse(
    /^[a-z][\w+.-]*:\/\//i.test(text) ? text : `http://${text.replace(/^([^[\]]*:[^[\]]*:.*)$/, '[$1]')}`,
  );
  return url?.hostname.replace(/^\[(.*)\]$/, '$1') || undefined;
}

/** From `nas:a "disk two:b:ro"` (union), or `first=nas:a` (combine). */
function upstreamsOf(type: string, text: string): string[] {
  const words = Array.from(
    text.matchAll(/"((?:[^"]|"")*)"|(\S+)/g),
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  return words.map((word) =>
    type === 'combine' ? word.replace(/^[^=]*=/, '') : word.replace(/:(ro|nc|writeback)$/, ''),
  );
}
