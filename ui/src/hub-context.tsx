import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import type { CameraAction } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { listenToEvents } from './event-stream.ts';
import { type HubClient, paths } from './hub-client.ts';
import { type HubState, hubReducer, initialHubState } from './hub-state.ts';
import { socketAddress } from './live/socket-address.ts';

export interface Hub extends HubState {
  client: HubClient;
  /** Calls back on each event as it happens; the returned function ends it. */
  onEvent(listener: (event: DoorstepEvent) => void): () => void;
  /** Has a camera do something, and shows what it is then. Rejects with a `HubError`. */
  act(cameraId: string, action: CameraAction): Promise<void>;
  /** Reads all cameras anew, for what changes without an event. Never rejects. */
  refresh(): Promise<void>;
}

const HubContext = createContext<Hub | undefined>(undefined);

export function useHub(): Hub {
  const hub = useContext(HubContext);
  if (!hub) throw new Error('useHub outside of HubProvider');
  return hub;
}

export interface HubProviderProps {
  client: HubClient;
  /** The session is over. */
  onRefused(): void;
  children: ComponentChildren;
}

/** Holds the one event connection of a signed-in page. */
export function HubProvider({ client, onRefused, children }: HubProviderProps) {
  const [state, dispatch] = useReducer(hubReducer, initialHubState);
  const cursor = useRef<number | undefined>(undefined);
  const requests = useRef(0);
  const listeners = useRef(new Set<(event: DoorstepEvent) => void>());
  if (state.hub !== undefined) cursor.current = state.lastSeq;

  const refresh = useCallback(() => {
    const request = ++requests.current;
    return client.cameras().then(
      (cameras) => dispatch({ type: 'cameras', cameras, request }),
      // The event connection notices as well, and says so.
      () => undefined,
    );
  }, [client]);
  const act = useCallback(
    async (cameraId: string, action: CameraAction) => {
      const camera = await client.act(cameraId, action);
      dispatch({ type: 'camera', camera, request: ++requests.current });
    },
    [client],
  );

  useEffect(() => {
    const ending = new AbortController();
    listenToEvents({
      url: () =>
        socketAddress(
          cursor.current === undefined ? paths.events : `${paths.events}?after=${cursor.current}`,
        ),
      signal: ending.signal,
      onLost: () => dispatch({ type: 'lost' }),
      onRefused,
      onFrame: (frame) => {
        dispatch({ type: 'frame', frame });
        if (frame.type !== 'event') return;
        for (const listener of listeners.current) listener(frame.event);
        // The event says that something changed; why, and the cure, stand with the camera, and so does what lies in front of it.
        if (frame.event.kind === 'camera' || frame.event.kind === 'package') void refresh();
      },
    });
    return () => ending.abort();
  }, [onRefused, refresh]);

  const onEvent = useCallback((listener: (event: DoorstepEvent) => void) => {
    listeners.current.add(listener);
    return () => {
      listeners.current.delete(listener);
    };
  }, []);
  const hub = useMemo<Hub>(
    () => ({ ...state, client, onEvent, act, refresh }),
    [state, client, onEvent, act, refresh],
  );
  return <HubContext.Provider value={hub}>{children}</HubContext.Provider>;
}
