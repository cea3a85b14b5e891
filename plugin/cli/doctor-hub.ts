/** Has the running hub examine, since it reads the cameras already. */
import { API_PREFIX, type CameraReport, type DoctorReport, type ErrorReply } from '../../protocol/api.ts';
import { type Auth, authPath, openAuth } from '../api/auth.ts';
import type { Clock } from '../system/clock.ts';
import { ProblemError } from '../system/problem.ts';

export interface HubQuestion {
  homebridgeStorage: string;
  /** Address of the API. */
  url: string;
  camera?: string | undefined;
  signal: AbortSignal;
}

export interface HubDeps {
  clock: Clock;
  fetch: typeof fetch;
}

const TOKEN_NAME = 'doorstep doctor';
/** An examination takes 15 s at most, unless the machine is busy. */
const PATIENCE_MS = 60_000;

/**
 * The way in is a token of this one scope that is revoked as soon as the answer is there. Whoever may write into the hub's folder may make one.
 *
 * @throws ProblemError `hub-silent`, or what the hub answers
 */
export async function askHub(
  { homebridgeStorage, url, camera, signal }: HubQuestion,
  { clock, fetch }: HubDeps,
): Promise<DoctorReport> {
  using auth = openAuth({ path: authPath(homebridgeStorage), clock });
  revokeLeftovers(auth, clock);
  const { id, token } = auth.createToken({ name: TOKEN_NAME, scopes: ['control'] });
  const path = camera === undefined ? 'doctor' : `cameras/${encodeURIComponent(camera)}/doctor`;
  try {
    const response = await fetch(`${url}${API_PREFIX}/${path}`, {
      headers: { authorization: `Bearer ${token}`, connection: 'close' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    }).catch((error: unknown) => {
      if (signal.aborted) throw error;
      throw silent(url);
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refused(answer, response.status, url);
    if (camera === undefined) return answer as DoctorReport;
    const report = answer as CameraReport;
    return { at: report.at, host: [], cameras: [report] };
  } finally {
    auth.revokeToken(id);
  }
}

/** Those of an examination that was killed. */
function revokeLeftovers(auth: Auth, clock: Clock): void {
  for (const { id, name, createdAt } of auth.tokens())
    if (name === TOKEN_NAME && clock.now() - createdAt > 2 * PATIENCE_MS) auth.revokeToken(id);
}

function silent(url: string): ProblemError {
  return new ProblemError({
    code: 'hub-silent',
    what: `The hub runs, but does not answer at ${url}.`,
    cure: 'Look in the Homebridge log, and restart Homebridge if it says nothing of use.',
  });
}

function refused(answer: unknown, status: number, url: string): ProblemError {
  const problem = (answer as Partial<ErrorReply> | undefined)?.error;
  return new ProblemError(
    problem ?? {
      code: 'hub-silent',
      what: `What answers at ${url} is not this hub (status ${status}).`,
      cure: 'See whether another program uses its port, then restart Homebridge.',
    },
  );
}
