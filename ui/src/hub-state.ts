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
  /** By camera id: the number of the request that told of it last. */
  toldBy: Readonly<Record<string, number>>;
}

/**
 * `request` counts requests, and puts answers that overtake each other in order: one that only looks has the number of when it was
 * asked, one that changes something that of when it was done.
 */
export type HubAction =
  | { type: 'frame'; frame: EventFrame }
  | { type: 'cameras'; cameras: readonly CameraInfo[]; request: number }
  | { type: 'camera'; camera: CameraInfo; request: number }
  | { type: 'lost' };

export const initialHubState: HubState = {
  cameras: undefined,
  connection: 'connecting',
  lastSeq: 0,
  epoch: 0,
  toldBy: {},
};

export function hubReducer(state: HubState, action: HubAction): HubState {
  switch (action.type) {
    case 'cameras':
      return afterList(state, action.cameras, action.request);
    case 'camera': {
      const { camera, request } = action;
      return {
        ...state,
        cameras: state.cameras?.map((each) => (each.id === camera.id ? camera : each)),
        toldBy: { ...state.toldBy, [camera.id]: request },
      };
    }
    case 'lost':
      return { ...state, connection: 'lost' };
    case 'frame':
      return afterFrame(state, action.frame);
  }
}

/** What is known of a camera from a later request stays. */
function afterList(state: HubState, cameras: readonly CameraInfo[], request: number): HubState {
  const known = new Map(state.cameras?.map((camera) => [camera.id, camera]));
  const isNews = ({ id }: CameraInfo) => request >= (state.toldBy[id] ?? 0);
  const toldBy = Object.fromEntries(cameras.filter(isNews).map(({ id }) => [id, request]));
  return {
    ...state,
    cameras: cameras.map((camera) => (isNews(camera) ? camera : (known.get(camera.id) ?? camera))),
    toldBy: { ...state.toldBy, ...toldBy },
  };
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
