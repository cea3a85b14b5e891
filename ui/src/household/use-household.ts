import { useCallback, useEffect, useState } from 'preact/hooks';
import type { HouseholdInfo } from '../../../protocol/detection.ts';
import { useHub } from '../hub-context.tsx';

/** Who comes and goes is told by no event. */
const REFRESH_MS = 30_000;

export interface Household {
  /** Undefined until the hub has told it. */
  household: HouseholdInfo | undefined;
  /** Resolves when the hub knows. Rejects with a `HubError`. */
  setHome(somebody: boolean): Promise<void>;
}

/** Whether somebody is at home, kept up to date while somebody looks. */
export function useHousehold(): Household {
  const { client, connection } = useHub();
  const [household, setHousehold] = useState<HouseholdInfo>();

  useEffect(() => {
    if (connection !== 'live') return;
    // A hub that does not answer is told in one place, by the frame around the page.
    const read = () => void client.household().then(setHousehold, () => undefined);
    const look = () => document.visibilityState === 'visible' && read();
    read();
    const timer = setInterval(look, REFRESH_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [client, connection]);

  const setHome = useCallback(
    async (somebody: boolean) => setHousehold(await client.setHome(somebody ? 'home' : 'away')),
    [client],
  );
  return { household, setHome };
}
