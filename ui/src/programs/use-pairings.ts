import { useCallback, useEffect, useState } from 'preact/hooks';
import type { PairingInfo } from '../../../protocol/pairing.ts';
import { useHub } from '../hub-context.tsx';

export interface Pairings {
  /** Undefined until the hub has told them. */
  pairings: PairingInfo[] | undefined;
  /** Asks at once, after an answer was given. */
  read(): void;
}

/** The programs that ask to be let in, kept up to date while somebody looks. No event tells of them: every program could hear it. */
export function usePairings(everyMs: number): Pairings {
  const { client, connection } = useHub();
  const [pairings, setPairings] = useState<PairingInfo[]>();

  // A hub that does not answer is told in one place, by the frame around the page.
  const read = useCallback(() => void client.pairings().then(setPairings, () => undefined), [client]);
  useEffect(() => {
    if (connection !== 'live') return;
    const look = () => document.visibilityState === 'visible' && read();
    read();
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [connection, read, everyMs]);

  return { pairings, read };
}
