import type { CameraInfo, EventFrame } from '../../protocol/api.ts';

/** What every part of the app may want to know of the hub. */
export interface HubState {
  /** Undefined until the hub has told them. */
  cameras: readonly CameraInfo[] | undefined;
  connection: 'connecting' | 'live' | 'lost';
  version?: string;
  /** Which journal `lastSeq` counts in. */
  hub?: string;
  lastSeq: number;
  /** Grows when events were missed, so that lists must be read anew. */
  epoch: number;
}

export type HubAction =
  | { type: 'frame'; frame: EventFrame }
  | { type: 'cameras'; cameras: readonly CameraInfo[] }
  | { type: 'camera'; camera: CameraInfo }
  | { type: 'lost' };

export const initialHubState: HubState = {
  cameras: undefined,
  connection: 'connecting',
  lastSeq: 0,
  epoch: 0,
};

export function hubReducer(state: HubState, action: HubAction): HubState {
  switch (action.type) {
    case 'cameras':
      return { ...state, cameras: action.cameras };
    case 'camera': {
      const { camera } = action;
      return { ...state, cameras: state.cameras?.map((each) => (each.id === camera.id ? camera : each)) };
    }
    case 'lost':
      return { ...state, connection: 'lost' };
    case 'frame':
      return afterFrame(state, action.frame);
  }
}

function afterFrame(state: HubState, frame: EventFrame): HubState {
  switch (frame.type) {
    case 'hello': {
      const anew = state.hub !== undefined && state.hub !== frame.hub;
      return {
        ...state,
        connection: 'live',
        hub: frame.hub,
        version: frame.version,
        cameras: frame.cameras,
        lastSeq: state.hub === frame.hub ? state.lastSeq : frame.lastSeq,
        epoch: anew ? state.epoch + 1 : state.epoch,
      };
    }
    case 'event':
      return { ...state, lastSeq: Math.max(state.lastSeq, frame.event.seq) };
    case 'gap':
      return { ...state, lastSeq: Math.max(state.lastSeq, frame.to), epoch: state.epoch + 1 };
    case 'live':
      return { ...state, lastSeq: Math.max(state.lastSeq, frame.seq) };
  }
}
