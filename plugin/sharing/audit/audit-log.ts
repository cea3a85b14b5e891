/**
 * The log of shares, for the one process that writes it. Invariants:
 *
 * 1. `append` resolves once the entry is on the disk; so what is done after it is never done without a trace.
 * 2. An entry whose `append` rejected may be in the log or not. Nothing may be done on the strength of it.
 * 3. What stands in the log is never changed. Texts go when their time is over, and their hashes stay.
 * 4. A log that is not what its heads say is not written to.
 */
import { randomBytes } from 'node:crypto';
import { open, truncate } from 'node:fs/promises';
import { replaceDurable, syncFolder } from '../../recordings/spool/durable.ts';
import type { Clock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import type { Signer } from '../keys.ts';
import { privateFolder } from '../private-folder.ts';
import { dropTextsBefore } from './drop-texts.ts';
import { hashOf, type Line, lineText, NO_HASH, parseLine } from './entry.ts';
import { type EntryFacts, type EntryKind, fits } from './entry-kinds.ts';
import { headsText, originOf, type SignedHead, signHead } from './heads.ts';
import { logPaths, readLogFiles } from './log-files.ts';
import { verifyLog } from './verify-log.ts';
import { lockWriter } from './writer-lock.ts';

/** What is told to the log. `at`: epoch ms. */
export type NewEntry = {
  [Kind in EntryKind]: { at: number; kind: Kind; facts: EntryFacts<Kind> };
}[EntryKind];

export interface AuditLog extends AsyncDisposable {
  /**
   * Resolves once the entry is on the disk. Rejects with a `ProblemError` (`share-log-unwritable`, `share-log-wrong`), and with a
   * `TypeError` for facts that this kind does not have. After a release it signs a head.
   */
  append(entry: NewEntry): Promise<void>;
  /** A head of all that is in the log: for bags and mails. Signed and kept now, unless there is one. */
  signedHead(): Promise<SignedHead>;
  /** Drops the texts of the entries that are older; resolves to how many went. `before`: epoch ms. */
  dropTexts(before: number): Promise<number>;
  /** As they stand in the file, without line breaks. */
  lines(): Promise<readonly string[]>;
}

export interface AuditLogDeps {
  /** The log's own; made, for its owner alone, where it is missing. */
  folder: string;
  signer: Signer;
  clock: Pick<Clock, 'now'>;
  log: Pick<Log, 'warn'>;
}

/**
 * Opens the log, or begins one. What a crash left behind the last entry is removed, and an entry tells of it. Rejects with a `ProblemError`:
 * `share-log-in-use`, `share-log-wrong` when the log is not what its heads say, `share-log-unwritable`, `sharing-open`, `storage-unwritable`.
 */
export async function openAuditLog(deps: AuditLogDeps): Promise<AuditLog> {
  privateFolder(deps.folder);
  const lock = lockWriter(logPaths(deps.folder).lock);
  try {
    const log = new LogWriter(deps, lock);
    await log.signedHead();
    return log;
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** Where the next line goes, and what is signed. */
interface Tail {
  log: string;
  size: number;
  /** Of the last line. */
  hash: string;
  heads: readonly SignedHead[];
}

const HEAD_AFTER: ReadonlySet<EntryKind> = new Set<EntryKind>(['release-ended']);

class LogWriter implements AuditLog {
  readonly #deps: AuditLogDeps;
  readonly #lock: Disposable;
  readonly #paths: ReturnType<typeof logPaths>;
  /** Undefined while it is not known what is on the disk: at first, and after a write that failed. */
  #tail: Tail | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(deps: AuditLogDeps, lock: Disposable) {
    this.#deps = deps;
    this.#lock = lock;
    this.#paths = logPaths(deps.folder);
  }

  append(entry: NewEntry): Promise<void> {
    return this.#inTurn(async () => {
      await this.#write(await this.#known(), entry);
      if (HEAD_AFTER.has(entry.kind)) await this.#signOrSay();
    });
  }

  signedHead(): Promise<SignedHead> {
    return this.#inTurn(() => this.#sign());
  }

  dropTexts(before: number): Promise<number> {
    return this.#inTurn(async () => {
      const tail = await this.#known();
      const { through, dropped } = dropTextsBefore(await this.#read(), before);
      if (dropped === 0) return 0;
      // First the word, then the deed: texts that are gone without a word look like the work of others.
      const at = this.#deps.clock.now();
      await this.#write(tail, { at, kind: 'texts-dropped', facts: { through, before } });
      const { lines } = dropTextsBefore(await this.#read(), before);
      await this.#attempt(() => replaceDurable(this.#paths.lines, lines.map((line) => `${line}\n`).join('')));
      await this.#sign();
      return dropped;
    });
  }

  lines(): Promise<readonly string[]> {
    return this.#inTurn(async () => {
      await this.#known();
      return this.#read();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turn;
    this.#lock[Symbol.dispose]();
  }

  /** One after the other, in the order in which they came; what fails holds nothing up. */
  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('The log of shares is closed.'));
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #known(): Promise<Tail> {
    return this.#tail ?? this.#recover();
  }

  async #read(): Promise<string[]> {
    return (await readLogFiles(this.#deps.folder))?.lines ?? [];
  }

  async #write(tail: Tail, { at, kind, facts }: NewEntry): Promise<Tail> {
    if (!fits(kind, facts)) throw new TypeError(`These are not the facts of an entry "${kind}".`);
    const salt = randomBytes(16).toString('base64url');
    const line: Line = { index: tail.size, prev: tail.hash, body: { at, facts, kind, salt } };
    await this.#attempt(() => appendDurable(this.#paths.lines, `${lineText(line)}\n`));
    this.#tail = { ...tail, size: tail.size + 1, hash: hashOf(line) };
    return this.#tail;
  }

  async #sign(): Promise<SignedHead> {
    const tail = await this.#known();
    const newest = tail.heads.at(-1);
    if (newest?.size === tail.size) return newest;
    const { log, size, hash } = tail;
    const head = signHead(
      { origin: originOf(log), size, hash, at: this.#deps.clock.now() },
      this.#deps.signer,
    );
    const heads = [...tail.heads, head];
    await this.#attempt(() => replaceDurable(this.#paths.heads, headsText(heads)));
    this.#tail = { ...tail, heads };
    return head;
  }

  /** The entry is on the disk and counts; the next head covers it too. */
  async #signOrSay(): Promise<void> {
    try {
      await this.#sign();
    } catch (error) {
      this.#deps.log.warn(`The log of shares has no signed head after this release yet: ${reason(error)}`);
    }
  }

  /** What is on the disk, after what a crash or a failed write left there is gone. */
  async #recover(): Promise<Tail> {
    const files = await this.#attempt(() => readLogFiles(this.#deps.folder));
    if (!files || (files.lines.length === 0 && files.heads.length === 0 && files.headsRest === ''))
      return this.#begin(files?.tornBytes ?? 0);
    const { lines, tornBytes, heads, headsRest } = files;
    const { publicKeySsh } = this.#deps.signer;
    const { findings, log } = verifyLog(lines, heads, { publicKeySsh, headsRest });
    const last = parseLine(lines.at(-1) ?? '');
    if (findings[0] || log === undefined || typeof last === 'string')
      throw wrong(this.#deps.folder, findings[0]?.what ?? 'It has no beginning.');
    const tail = { log, size: lines.length, hash: hashOf(last), heads };
    this.#tail = tail;
    return tornBytes === 0 ? tail : this.#cutOff(tail, tornBytes, lines);
  }

  async #begin(tornBytes: number): Promise<Tail> {
    if (tornBytes > 0) await this.#attempt(() => truncateDurable(this.#paths.lines, 0));
    const log = randomBytes(16).toString('hex');
    const facts = { log, key: this.#deps.signer.publicKeySsh };
    const empty = { log, size: 0, hash: NO_HASH, heads: [] };
    const tail = await this.#write(empty, { at: this.#deps.clock.now(), kind: 'log-begun', facts });
    await this.#attempt(() => syncFolder(this.#deps.folder));
    return tail;
  }

  async #cutOff(tail: Tail, bytes: number, lines: readonly string[]): Promise<Tail> {
    const good = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    await this.#attempt(() => truncateDurable(this.#paths.lines, good));
    return this.#write(tail, { at: this.#deps.clock.now(), kind: 'line-cut-off', facts: { bytes } });
  }

  /** A step at the disk. When it fails, the next one looks first what is there. */
  async #attempt<T>(step: () => Promise<T>): Promise<T> {
    const before = this.#tail;
    this.#tail = undefined;
    try {
      const result = await step();
      this.#tail = before;
      return result;
    } catch (error) {
      throw new ProblemError(
        {
          code: 'share-log-unwritable',
          what: `The log of shares in ${this.#deps.folder} cannot be read or written: ${reason(error)}. Nothing is shared without it.`,
          cure: 'Check that the disk has room and that the user that runs Homebridge may write there.',
        },
        { cause: error },
      );
    }
  }
}

async function appendDurable(path: string, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function truncateDurable(path: string, bytes: number): Promise<void> {
  await truncate(path, bytes);
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function wrong(folder: string, what: string): ProblemError {
  return new ProblemError({
    code: 'share-log-wrong',
    what: `The log of shares in ${folder} is not what it was. ${what} Nothing is shared with it.`,
    cure: 'Run "doorstep verify", and put back a newer copy if there is one. Else move the folder away, keep it, and restart: a new log begins.',
  });
}
