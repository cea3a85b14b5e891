import { timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { ulid } from 'ulid';
import type { NewToken, Scope, TokenInfo } from '../../protocol/api.ts';
import type { Clock } from '../system/clock.ts';
import type { Caller } from './access.ts';
import { openAuthStore, type StoredToken } from './auth-store.ts';
import { hashPassphrase, verifyPassphrase } from './passphrase.ts';
import { hashSecret, normalCode, randomCode, randomSecret, sameSecret } from './secret.ts';

const TOKEN_PREFIX = 'dst_';

const SESSION_MS = 90 * 24 * 3600_000;

/** Uses are noted this often at most, so that reading does not become writing. */
const TOUCH_MS = 60_000;

/** How soon a change by another process is noticed, in ms. */
const CHANGE_POLL_MS = 1000;

/** Who may use this hub: the household's passphrase, the browsers signed in with it, and the tokens given to programs. */
export interface Auth extends Disposable {
  /** Whether a household passphrase has been set. */
  readonly claimed: boolean;
  /** What to type to claim this hub, for the log; the same until this process ends. Undefined once claimed. */
  claimCode(): string | undefined;
  /** Sets the first passphrase, for the one who can read the log. */
  claim(code: string, passphrase: string): Promise<'ok' | 'wrong-code' | 'already-claimed'>;
  /** Sets or changes the passphrase and signs all browsers out; for those who can write the file anyway. */
  setPassphrase(passphrase: string): Promise<void>;
  checkPassphrase(passphrase: string): Promise<boolean>;
  /** How long a browser stays signed in after its last visit. */
  readonly sessionMs: number;
  /** Signs a browser in; returns the secret for its cookie. */
  openSession(): string;
  session(secret: string): Caller | undefined;
  endSession(id: string): void;
  createToken(options: { name: string; scopes: readonly Scope[] }): NewToken;
  /** Those in force, oldest first. */
  tokens(): TokenInfo[];
  /** Undefined when there is no such token, or when it was revoked before. */
  revokeToken(id: string): TokenInfo | undefined;
  token(secret: string): Caller | undefined;
  /** Whether what let a caller in still would. */
  stillValid(caller: Caller): boolean;
  /** Calls back when somebody may have lost access: at once, or within a second when another process did it. */
  onChange(listener: () => void): () => void;
}

/** Where the file of logins and tokens lies within the Homebridge storage folder. */
export function authPath(homebridgeStorage: string): string {
  return join(homebridgeStorage, 'doorstep', 'auth.sqlite');
}

/**
 * Opens the household's logins and tokens; several processes may do so at once.
 * @throws ProblemError `auth-unavailable`
 */
export function openAuth({ path, clock }: { path: string; clock: Clock }): Auth {
  const store = openAuthStore(path);
  const code = randomCode();
  const changes = watchChanges(clock, store.version);
  const isAlive = (session: { expiresAt: number }) => session.expiresAt > clock.now();

  return {
    get claimed() {
      return store.passphrase() !== undefined;
    },
    claimCode: () => (store.passphrase() === undefined ? code : undefined),
    async claim(typed, passphrase) {
      if (store.passphrase() !== undefined) return 'already-claimed';
      if (!sameSecret(normalCode(typed), code)) return 'wrong-code';
      return store.addPassphrase(await hashPassphrase(passphrase)) ? 'ok' : 'already-claimed';
    },
    async setPassphrase(passphrase) {
      store.replacePassphrase(await hashPassphrase(passphrase));
      store.removeAllSessions();
      changes.notify();
    },
    async checkPassphrase(passphrase) {
      const stored = store.passphrase();
      return stored !== undefined && verifyPassphrase(passphrase, stored);
    },
    sessionMs: SESSION_MS,
    openSession() {
      const now = clock.now();
      const secret = randomSecret();
      store.removeSessionsBefore(now);
      store.addSession({
        id: ulid(now),
        hash: hashSecret(secret),
        createdAt: now,
        lastUsedAt: now,
        expiresAt: now + SESSION_MS,
      });
      return secret;
    },
    session(secret) {
      const hash = hashSecret(secret);
      const found = store.findSession({ hash });
      if (!found || !timingSafeEqual(found.hash, hash) || !isAlive(found)) return undefined;
      const now = clock.now();
      if (now - found.lastUsedAt >= TOUCH_MS) store.touchSession(found.id, now, now + SESSION_MS);
      return { kind: 'session', id: found.id };
    },
    endSession(id) {
      store.removeSession(id);
      changes.notify();
    },
    createToken({ name, scopes }) {
      const now = clock.now();
      const token = TOKEN_PREFIX + randomSecret();
      const info = { id: ulid(now), name, scopes: [...new Set(scopes)], createdAt: now };
      store.addToken({ ...info, hash: hashSecret(token) });
      return { ...info, token };
    },
    tokens: () => store.tokens().filter(inForce).map(withoutHash),
    revokeToken(id) {
      const found = store.findToken({ id });
      if (!found || !inForce(found)) return undefined;
      const revokedAt = clock.now();
      store.revokeToken(id, revokedAt);
      changes.notify();
      return { ...withoutHash(found), revokedAt };
    },
    token(secret) {
      const hash = hashSecret(secret);
      const found = store.findToken({ hash });
      if (!found || !timingSafeEqual(found.hash, hash) || !inForce(found)) return undefined;
      const now = clock.now();
      if (now - (found.lastUsedAt ?? 0) >= TOUCH_MS) store.touchToken(found.id, now);
      return { kind: 'token', id: found.id, scopes: found.scopes };
    },
    stillValid({ kind, id }) {
      if (kind === 'session') return isAlive(store.findSession({ id }) ?? { expiresAt: 0 });
      const token = store.findToken({ id });
      return token !== undefined && inForce(token);
    },
    onChange: changes.listen,
    [Symbol.dispose]() {
      changes.stop();
      store[Symbol.dispose]();
    },
  };
}

function inForce(token: StoredToken): boolean {
  return token.revokedAt === undefined;
}

function withoutHash({ hash: _, ...info }: StoredToken): TokenInfo {
  return info;
}

/** Tells listeners about our own changes at once, and about those of other processes by looking each second while any listen. */
function watchChanges(clock: Clock, version: () => number) {
  const listeners = new Set<() => void>();
  let cancel = () => {};
  let seen = 0;
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const look = () => {
    const now = version();
    if (now !== seen) notify();
    seen = now;
    cancel = clock.after(CHANGE_POLL_MS, look);
  };
  return {
    notify,
    listen(listener: () => void) {
      if (listeners.size === 0) {
        seen = version();
        cancel = clock.after(CHANGE_POLL_MS, look);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) cancel();
      };
    },
    stop() {
      listeners.clear();
      cancel();
    },
  };
}
