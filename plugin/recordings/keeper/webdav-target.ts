import type { Clock } from '../../system/clock.ts';
import {
  type Target,
  type TargetConfig,
  TargetError,
  type TargetFacts,
  type TargetSession,
} from './contract.ts';
import { checkCalledOff } from './folder-fault.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { checkMarker, makeMarker } from './identity.ts';
import type { ResolveAll } from './private-address.ts';
import { DavClient, type DavOptions } from './webdav-client.ts';
import { proveMarker, readMarkerFile, writeMarker } from './webdav-marker.ts';
import { WebdavSession } from './webdav-session.ts';

export type WebdavConfig = Extract<TargetConfig, { kind: 'webdav' }>;

export interface WebdavTargetDeps {
  clock: Pick<Clock, 'now' | 'after'>;
  /** Called as bytes move. */
  progress?: () => void;
  /** Default: the system's. */
  resolve?: ResolveAll;
  behind?: Behind;
}

/** What a server on this machine stands before. */
export interface Behind
  extends Pick<TargetFacts, 'fileSystem' | 'mounted'>,
    Required<Pick<DavOptions, 'trouble' | 'checkRoot'>> {
  /** In words, for messages. */
  name: string;
  /** Unless it has to be `fresh`, what was so a moment ago will do. */
  room(how: { fresh: boolean; signal: AbortSignal }): Promise<Pick<TargetFacts, 'freeBytes' | 'totalBytes'>>;
}

/** A folder on a WebDAV server: Synology, QNAP, TrueNAS, Nextcloud, `rclone serve webdav`. */
export function createWebdavTarget(config: WebdavConfig, deps: WebdavTargetDeps): Target {
  return new WebdavTarget(config, deps);
}

class WebdavTarget implements Target {
  readonly #config: WebdavConfig;
  readonly #deps: WebdavTargetDeps;
  readonly #progress: () => void;
  readonly #closing = new AbortController();
  readonly #sessions = new Set<WebdavSession>();
  #http: HttpClient | undefined;

  constructor(config: WebdavConfig, deps: WebdavTargetDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#progress = deps.progress ?? (() => {});
  }

  async open(
    known: Pick<TargetFacts, 'id' | 'fileSystem' | 'mounted'> | undefined,
    signal?: AbortSignal,
  ): Promise<TargetSession> {
    const [dav, until] = this.#begin(signal);
    const { fileSystem, mounted } = this.#kind();
    if (known && (known.fileSystem !== fileSystem || known.mounted !== mounted))
      throw new TargetError(
        'missing',
        `${dav.where('')} is ${fileSystem}, and was ${known.fileSystem} when it was set up.`,
      );
    const id = await proveMarker(dav, known, until);
    const session: WebdavSession = new WebdavSession(dav, await this.#facts(dav, id, until), {
      progress: this.#progress,
      room: (signal) => this.#room(dav, { fresh: true, signal }),
      closed: () => this.#sessions.delete(session),
    });
    this.#sessions.add(session);
    return session;
  }

  /** `sure` makes no difference: a server that answers is no bare mount point. */
  async setUp({ id }: { id: string; sure: boolean }, signal?: AbortSignal): Promise<TargetFacts> {
    const [dav, until] = this.#begin(signal);
    if (!(await dav.info('', until)) && !(await dav.makeFolder('', until)))
      throw new TargetError(
        'missing',
        `${dav.where('')} is not there, nor is the folder that it would lie in. Check the address.`,
      );
    const marker = await readMarkerFile(dav, until);
    if (marker === undefined) await writeMarker(dav, makeMarker(id, this.#deps.clock.now()), until);
    else checkMarker(dav.where(''), marker, undefined);
    return this.#facts(dav, await proveMarker(dav, undefined, until), until);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    // They tidy up yet.
    await Promise.all([...this.#sessions].map((session) => session[Symbol.asyncDispose]()));
    this.#http?.[Symbol.dispose]();
  }

  #kind(): Pick<TargetFacts, 'fileSystem' | 'mounted'> {
    const { fileSystem, mounted } = this.#deps.behind ?? { fileSystem: 'webdav', mounted: true };
    return { fileSystem, mounted };
  }

  async #facts(dav: DavClient, id: string, signal: AbortSignal): Promise<TargetFacts> {
    return { id, ...this.#kind(), ...(await this.#room(dav, { fresh: false, signal })) };
  }

  #room(
    dav: DavClient,
    how: { fresh: boolean; signal: AbortSignal },
  ): Promise<Pick<TargetFacts, 'freeBytes' | 'totalBytes'>> {
    const { behind } = this.#deps;
    return behind ? behind.room(how) : dav.room(how.signal);
  }

  #begin(signal: AbortSignal | undefined): [DavClient, AbortSignal] {
    const { signal: closing } = this.#closing;
    checkCalledOff(signal);
    checkCalledOff(closing);
    const url = addressOf(this.#config.url);
    const { username, password, fingerprint, allowOutside } = this.#config;
    const { resolve, behind } = this.#deps;
    const name = behind?.name ?? url.host + url.pathname.replace(/\/+$/, '');
    this.#http ??= createHttpClient(
      { url, name, username, password, ...(fingerprint !== undefined && { fingerprint }) },
      { allowOutside, ...(resolve && { resolve }) },
      { clock: this.#deps.clock, progress: this.#progress },
    );
    const dav = new DavClient({
      http: this.#http,
      url,
      name,
      ...(behind && { trouble: behind.trouble, checkRoot: behind.checkRoot }),
    });
    return [dav, signal ? AbortSignal.any([signal, closing]) : closing];
  }
}

/** Throws a `TargetError` for what is no address, or has a user and password in it: those have options of their own. */
function addressOf(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new TargetError('failed', 'The address of the WebDAV folder is no http or https address.');
  if (url.username !== '' || url.password !== '')
    throw new TargetError(
      'failed',
      'The address of the WebDAV folder has a user in it; write user and password into their own options.',
    );
  return url;
}
