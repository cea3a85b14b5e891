import { expect, it } from 'vitest';
import type { CameraInfo, EventFrame } from '../../protocol/api.ts';
import { hubReducer, initialHubState } from './hub-state.ts';

const camera: CameraInfo = {
  id: 'c1',
  name: 'Front door',
  slug: 'front-door',
  kind: 'doorbell',
  online: true,
  privacy: false,
  armed: true,
  packages: [],
  since: 0,
};

const hello = (hub: string, lastSeq: number): EventFrame => ({
  type: 'hello',
  protocol: 1,
  minProtocol: 1,
  version: '0.1.0',
  hub,
  lastSeq,
  scopes: ['events'],
  cameras: [camera],
});

const after = (...frames: EventFrame[]) =>
  frames.reduce((state, frame) => hubReducer(state, { type: 'frame', frame }), initialHubState);

it('knows cameras and cursor from the first hello', () => {
  expect(after(hello('a', 41))).toMatchObject({
    connection: 'live',
    cameras: [camera],
    lastSeq: 41,
    epoch: 0,
  });
});

it('keeps its cursor over a reconnect, so that what was missed is replayed', () => {
  const state = after(hello('a', 41), { type: 'live', seq: 41 }, hello('a', 50));
  expect(state.lastSeq).toBe(41);
  expect(state.epoch).toBe(0);
});

it('starts anew when the journal did', () => {
  expect(after(hello('a', 41), hello('b', 3))).toMatchObject({ lastSeq: 3, epoch: 1 });
});

it('reads lists anew after a gap', () => {
  expect(after(hello('a', 41), { type: 'gap', from: 42, to: 90 })).toMatchObject({ lastSeq: 90, epoch: 1 });
});

it('shows a camera as it is after a switch, and leaves the others', () => {
  const garden = { ...camera, id: 'c2', slug: 'garden' };
  const before = hubReducer(after(hello('a', 41)), {
    ...{ type: 'cameras', cameras: [camera, garden], request: 1 },
  });
  const away = { ...camera, privacy: true, online: false };
  expect(hubReducer(before, { type: 'camera', camera: away, request: 2 }).cameras).toEqual([away, garden]);
});

it('keeps a switch that was thrown while an older list was under way, and takes the rest of that list', () => {
  const garden = { ...camera, id: 'c2', slug: 'garden' };
  const away = { ...camera, privacy: true, online: false };
  const switched = hubReducer(after(hello('a', 41)), { type: 'camera', camera: away, request: 2 });
  const late = hubReducer(switched, { type: 'cameras', cameras: [camera, garden], request: 1 });
  expect(late.cameras).toEqual([away, garden]);
  // Whoever asks after the switch is told what is so now.
  expect(hubReducer(late, { type: 'cameras', cameras: [camera, garden], request: 3 }).cameras).toEqual([
    ...[camera, garden],
  ]);
});

it('goes by the newer of two lists that overtake each other', () => {
  const offline = { ...camera, online: false };
  const newer = hubReducer(after(hello('a', 41)), { type: 'cameras', cameras: [offline], request: 2 });
  expect(hubReducer(newer, { type: 'cameras', cameras: [camera], request: 1 }).cameras).toEqual([offline]);
});

it('says so when the hub is lost, and keeps what it knew', () => {
  expect(hubReducer(after(hello('a', 41)), { type: 'lost' })).toMatchObject({
    connection: 'lost',
    cameras: [camera],
  });
});
