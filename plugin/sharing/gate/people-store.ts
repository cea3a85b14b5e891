/** Tables of those who get something, those who approve, and what they were shown. Changes are made within `GateStore.change`. */
import type { DatabaseSync } from 'node:sqlite';
import type { Guesses } from './lockout.ts';
import type { KeptRecipient } from './share.ts';

export interface Approver {
  id: string;
  name: string;
  /** Hash; see `pin.ts`. */
  pin: string;
  /** By `Moment.ran`: cannot approve before. */
  usableRan: number;
  guesses: Guesses;
}

/** One showing of what is to be approved. The secret itself is kept by the page alone. */
export interface ApprovalToken {
  hash: Buffer;
  shareId: string;
  approverId: string;
  digest: string;
  /** By `Moment.wall`. */
  expiresAt: number;
}

export class PeopleStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** With those that were removed. */
  recipients(): KeptRecipient[] {
    const rows = this.#db.prepare('SELECT body FROM recipient ORDER BY id').all();
    return rows.map((row) => JSON.parse(String(row.body)) as KeptRecipient);
  }

  recipient(id: string): KeptRecipient | undefined {
    const row = this.#db.prepare('SELECT body FROM recipient WHERE id = ?').get(id);
    return row && (JSON.parse(String(row.body)) as KeptRecipient);
  }

  saveRecipient(recipient: KeptRecipient): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO recipient VALUES (?, ?)')
      .run(recipient.id, JSON.stringify(recipient));
  }

  approvers(): Approver[] {
    return this.#db.prepare('SELECT * FROM approver ORDER BY id').all().map(toApprover);
  }

  approver(id: string): Approver | undefined {
    const row = this.#db.prepare('SELECT * FROM approver WHERE id = ?').get(id);
    return row && toApprover(row);
  }

  saveApprover({ id, name, pin, usableRan, guesses }: Approver): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO approver VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, name, pin, usableRan, guesses.wrong, guesses.lockedUntil);
  }

  setGuesses(id: string, { wrong, lockedUntil }: Guesses): void {
    this.#db
      .prepare('UPDATE approver SET wrong = ?, locked_until = ? WHERE id = ?')
      .run(wrong, lockedUntil, id);
  }

  addToken({ hash, shareId, approverId, digest, expiresAt }: ApprovalToken): void {
    this.#db
      .prepare('INSERT INTO token VALUES (?, ?, ?, ?, ?)')
      .run(hash, shareId, approverId, digest, expiresAt);
  }

  token(hash: Buffer): ApprovalToken | undefined {
    const row = this.#db.prepare('SELECT * FROM token WHERE hash = ?').get(hash);
    if (!row) return undefined;
    return {
      hash: Buffer.from(row.hash as Uint8Array),
      shareId: String(row.share_id),
      approverId: String(row.approver_id),
      digest: String(row.digest),
      expiresAt: Number(row.expires_at),
    };
  }

  /** False when somebody was quicker. */
  useToken(hash: Buffer): boolean {
    return this.#db.prepare('DELETE FROM token WHERE hash = ?').run(hash).changes === 1;
  }

  removeTokensBefore(wall: number): void {
    this.#db.prepare('DELETE FROM token WHERE expires_at <= ?').run(wall);
  }
}

function toApprover(row: Record<string, unknown>): Approver {
  return {
    id: String(row.id),
    name: String(row.name),
    pin: String(row.pin),
    usableRan: Number(row.usable_ran),
    guesses: { wrong: Number(row.wrong), lockedUntil: Number(row.locked_until) },
  };
}
