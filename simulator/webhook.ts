import { reason } from '../plugin/system/problem.ts';

const TIMEOUT_MS = 5000;

/** Calls a URL with an empty POST, like cameras that can do nothing else. What becomes of it is told, never thrown. */
export async function callWebhook(
  kind: string,
  url: string,
  call: typeof fetch,
  signal: AbortSignal,
  told: (what: string, detail: Readonly<Record<string, string | number>>) => void,
): Promise<void> {
  try {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const reply = await call(url, { method: 'POST', signal: AbortSignal.any([signal, timeout]) });
    await reply.body?.cancel();
    told('webhook', { kind, status: reply.status });
  } catch (error) {
    if (!signal.aborted) told('webhook-failed', { kind, reason: reason(error) });
  }
}
