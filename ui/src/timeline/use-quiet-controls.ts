import { useCallback, useEffect, useState } from 'preact/hooks';

const QUIET_AFTER = 2500;

/** Whether controls over a moving picture should fade; `stir` brings them back for a while. */
export function useQuietControls(moving: boolean): [quiet: boolean, stir: () => void] {
  const [stirred, setStirred] = useState(0);
  const [quiet, setQuiet] = useState(false);
  const stir = useCallback(() => setStirred(Date.now()), []);

  // Each stir begins the wait anew.
  useEffect(() => {
    setQuiet(false);
    if (!moving) return;
    const timer = setTimeout(() => setQuiet(true), QUIET_AFTER);
    return () => clearTimeout(timer);
  }, [moving, stirred]);

  return [quiet, stir];
}
