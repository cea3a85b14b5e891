import { useCallback, useEffect, useState } from 'preact/hooks';
import type { StorageInfo } from '../../protocol/api.ts';
import { HubError } from './hub-client.ts';
import { useHub } from './hub-context.tsx';

/** Sizes and what waits change without an event. */
const REFRESH_MS = 30_000;
/** Whoever looks while the place does not take recordings waits for it. */
const WAITING_MS = 3000;

export interface StorageView {
  /** Undefined until the hub has told it. */
  storage: StorageInfo | undefined;
  problem: HubError | undefined;
  /** Asks anew. */
  read(): void;
  /** Shows what an order has answered. */
  show(storage: StorageInfo): void;
}

/** How storage is, kept up to date while somebody looks. */
export function useStorage(): StorageView {
  const { client, onEvent, connection } = useHub();
  const [storage, setStorage] = useState<StorageInfo>();
  const [problem, setProblem] = useState<HubError>();

  const show = useCallback((next: StorageInfo) => {
    setStorage(next);
    setProblem(undefined);
  }, []);
  const read = useCallback(
    () =>
      void client.storage().then(show, (error: unknown) => error instanceof HubError && setProblem(error)),
    [client, show],
  );

  const isReady = storage === undefined || storage.target.state === 'ready';
  useEffect(() => {
    // While the hub does not answer, the frame around the page says so, and what was known stays.
    if (connection !== 'live') return;
    read();
    const look = () => document.visibilityState === 'visible' && read();
    const timer = setInterval(look, isReady ? REFRESH_MS : WAITING_MS);
    document.addEventListener('visibilitychange', look);
    const stopListening = onEvent(({ kind }) => kind === 'storage' && read());
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      stopListening();
    };
  }, [read, onEvent, connection, isReady]);

  return { storage, problem, read, show };
}
