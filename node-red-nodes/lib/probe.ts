import type { CameraInfo, Scope } from '../../protocol/api.ts';
import type { HubAddress } from './address.ts';
import { type Fault, faultOfToken } from './fault.ts';
import { dial, type WireTiming } from './wire.ts';

export type ProbeResult =
  /** `ms`: until the hub's hello, the connecting included. */
  | { ok: true; version: string; ms: number; scopes: Scope[]; cameras: CameraInfo[] }
  | { ok: false; fault: Fault };

/** Says hello to the hub once and leaves: shows whether the address and the token are right, and which cameras there are. */
export async function probe(address: HubAddress, token: string, timing: WireTiming): Promise<ProbeResult> {
  const unfit = faultOfToken(token);
  if (unfit) return { ok: false, fault: unfit };
  const { promise, resolve } = Promise.withResolvers<ProbeResult>();
  const startedAt = performance.now();
  const wire = dial({
    address,
    token,
    cursor: undefined,
    timing,
    onFrame: (frame) => {
      if (frame.type !== 'hello') return;
      const { version, scopes, cameras } = frame;
      resolve({ ok: true, version, ms: Math.ceil(performance.now() - startedAt), scopes, cameras });
    },
    onEnd: (fault) => resolve({ ok: false, fault }),
  });
  const result = await promise;
  await wire.close();
  return result;
}
