import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Scope, TokenInfo } from '../../protocol/api.ts';
import { ProblemError, reason } from '../system/problem.ts';

export interface StoredToken extends TokenInfo {
  hash: Buffer;
}

export interface StoredSession {
  id: string;
  hash: Buffer;
  lastUsedAt: number;
  expiresAt: number;
}

/** The tables behind `auth.ts`, in one SQLite file that hub and `doorstep` command share. No secret is in it, only hashes. */
export interface AuthStore extends Disposable {
  passphrase(): string | undefined;
  /** Sets the first one; false when there already is one. */
  addPassphrase(hash: string): boolean;
  replacePassphrase(hash: string): void;
  addSession(session: StoredSession & { createdAt: number }): void;
  findSession(by: { hash: Buffer } | { id: string }): StoredSession | undefined;
  touchSession(id: string, lastUsedAt: number, expiresAt: number): void;
  removeSession(id: string): void;
  removeSessionsBefore(now: number): void;
  removeAllSessions(): void;
  addToken(token: StoredToken): void;
  findToken(by: { hash: Buffer } | { id: string }): StoredToken | undefined;
  tokens(): StoredToken[];
  touchToken(id: string, lastUsedAt: number): void;
  revokeToken(id: string, at: number): void;
  /** Differs after each change that another process made. */
  version(): number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS household (id INTEGER PRIMARY KEY CHECK (id = 1), passphrase TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE,
    createdAt INTEGER NOT NULL, lastUsedAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL,
    createdAt INTEGER NOT NULL, lastUsedAt INTEGER, revokedAt INTEGER) STRICT;
`;

/**
 * Opens the file, making it and its folder when missing, for this user alone (0600).
 * @throws ProblemError `auth-unavailable`
 */
export function openAuthStore(path: string): AuthStore {
  const db = openDatabase(path);
  const one = (sql: string) => {
    const statement = db.prepare(sql);
    return (...values: (string | number | Buffer)[]) => statement.get(...values);
  };
  const run = (sql: string) => {
    const statement = db.prepare(sql);
    return (...values: (string | number | Buffer)[]) => Number(statement.run(...values).changes);
  };
  const passphrase = one('SELECT passphrase FROM household');
  const addPassphrase = run('INSERT INTO household VALUES (1, ?) ON CONFLICT DO NOTHING');
  const replacePassphrase = run('INSERT OR REPLACE INTO household VALUES (1, ?)');
  const addSession = run('INSERT INTO sessions VALUES (?, ?, ?, ?, ?)');
  const sessionByHash = one('SELECT * FROM sessions WHERE hash = ?');
  const sessionById = one('SELECT * FROM sessions WHERE id = ?');
  const touchSession = run('UPDATE sessions SET lastUsedAt = ?, expiresAt = ? WHERE id = ?');
  const removeSession = run('DELETE FROM sessions WHERE id = ?');
  const removeSessionsBefore = run('DELETE FROM sessions WHERE expiresAt <= ?');
  const removeAllSessions = run('DELETE FROM sessions');
  const addToken = run('INSERT INTO tokens (id, hash, name, scopes, createdAt) VALUES (?, ?, ?, ?, ?)');
  const tokenByHash = one('SELECT * FROM tokens WHERE hash = ?');
  const tokenById = one('SELECT * FROM tokens WHERE id = ?');
  const allTokens = db.prepare('SELECT * FROM tokens ORDER BY createdAt, id');
  const touchToken = run('UPDATE tokens SET lastUsedAt = ? WHERE id = ?');
  const revokeToken = run('UPDATE tokens SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL');
  const version = one('PRAGMA data_version');
  return {
    passphrase: () => passphrase()?.passphrase as string | undefined,
    addPassphrase: (hash) => addPassphrase(hash) > 0,
    replacePassphrase: (hash) => void replacePassphrase(hash),
    addSession: ({ id, hash, createdAt, lastUsedAt, expiresAt }) =>
      void addSession(id, hash, createdAt, lastUsedAt, expiresAt),
    findSession: (by) => toSession('id' in by ? sessionById(by.id) : sessionByHash(by.hash)),
    touchSession: (id, lastUsedAt, expiresAt) => void touchSession(lastUsedAt, expiresAt, id),
    removeSession: (id) => void removeSession(id),
    removeSessionsBefore: (now) => void removeSessionsBefore(now),
    removeAllSessions: () => void removeAllSessions(),
    addToken: ({ id, hash, name, scopes, createdAt }) =>
      void addToken(id, hash, name, scopes.join(' '), createdAt),
    findToken: (by) => toToken('id' in by ? tokenById(by.id) : tokenByHash(by.hash)),
    tokens: () => allTokens.all().flatMap((row) => toToken(row) ?? []),
    touchToken: (id, lastUsedAt) => void touchToken(lastUsedAt, id),
    revokeToken: (id, at) => void revokeToken(at, id),
    version: () => Number(version()?.data_version),
    [Symbol.dispose]: () => db.close(),
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    // Also where an older file was more open; SQLite gives its side files the same mode.
    chmodSync(path, 0o600);
    const db = new DatabaseSync(path);
    db.exec('PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    db.exec(SCHEMA);
    return db;
  } catch (error) {
    throw new ProblemError(
      {
        code: 'auth-unavailable',
        what: `The file of logins and tokens, ${path}, cannot be used: ${reason(error)}.`,
        cure: 'Check that it belongs to the user that runs Homebridge and that the disk has room; delete it to claim the hub anew.',
      },
      { cause: error },
    );
  }
}

type Row = Record<string, unknown> | undefined;

function toSession(row: Row): StoredSession | undefined {
  if (!row) return undefined;
  return {
    id: String(row.id),
    hash: Buffer.from(row.hash as Uint8Array),
    lastUsedAt: Number(row.lastUsedAt),
    expiresAt: Number(row.expiresAt),
  };
}

function toToken(row: Row): StoredToken | undefined {
  if (!row) return undefined;
  return {
    id: String(row.id),
    hash: Buffer.from(row.hash as Uint8Array),
    name: String(row.name),
    scopes: String(row.scopes).split(' ') as Scope[],
    createdAt: Number(row.createdAt),
    ...(row.lastUsedAt !== null && { lastUsedAt: Number(row.lastUsedAt) }),
    ...(row.revokedAt !== null && { revokedAt: Number(row.revokedAt) }),
  };
}
