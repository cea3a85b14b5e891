/** What the log of shares needs once a day: a head, and that no text stays longer than its time. */
import { type Clock, sleep } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { reason } from '../../system/problem.ts';
import type { AuditLog } from './audit-log.ts';

const DAY_MS = 24 * 3600_000;
/** The log names officers and cases; so long may be asked what became of them. */
export const RETENTION_MS = 3 * 365 * DAY_MS;

export interface DailyCareOptions {
  clock: Clock;
  log: Pick<Log, 'warn'>;
  signal: AbortSignal;
  /** Default: {@link RETENTION_MS}. */
  retentionMs?: number;
}

/** Now and every day until the signal; then it resolves. Never rejects: what fails is said, and tried again the next day. */
export async function careDaily(auditLog: AuditLog, options: DailyCareOptions): Promise<void> {
  const { clock, log, signal, retentionMs = RETENTION_MS } = options;
  while (!signal.aborted) {
    try {
      await auditLog.dropTexts(clock.now() - retentionMs);
      await auditLog.signedHead();
    } catch (error) {
      log.warn(`The log of shares has no head of today: ${reason(error)}`);
    }
    await sleep(clock, DAY_MS, signal);
  }
}
