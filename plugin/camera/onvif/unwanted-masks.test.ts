import { expect, test } from 'vitest';
import type { OnvifState } from './contract.ts';
import { takeMasksAway } from './unwanted-masks.ts';

function camera({ ours = ['mask-1'], reachable = true, takes = true } = {}) {
  const listeners = new Set<(state: OnvifState) => void>();
  const given = { ours, takes, unwanted: true, writes: 0, state: { reachable } as OnvifState };
  const taking = takeMasksAway({
    onvif: {
      get state() {
        return given.state;
      },
      onState(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      masks: {
        read: async () => [],
        async write(polygons) {
          expect(polygons).toEqual([]);
          given.writes++;
          return given.takes;
        },
      },
    },
    tokens: { read: async () => given.ours },
    unwanted: () => given.unwanted,
  });
  const turn = () => new Promise(setImmediate);
  const connect = () => {
    given.state = { reachable: true } as OnvifState;
    for (const listener of listeners) listener(given.state);
    return turn();
  };
  return { given, taking, turn, connect, listeners };
}

test('masks of ours are taken away once', async () => {
  const { given, turn, connect } = camera();
  await turn();
  await connect();
  expect(given.writes).toBe(1);
});

test('where none is ours the camera is left alone', async () => {
  const { given, connect } = camera({ ours: [] });
  await connect();
  expect(given.writes).toBe(0);
});

test('it is tried with each connection until the camera does it', async () => {
  const { given, connect } = camera({ reachable: false, takes: false });
  expect(given.writes).toBe(0);
  await connect();
  given.takes = true;
  await connect();
  await connect();
  expect(given.writes).toBe(2);
});

test('while they are wanted they stay, and go when that changes', async () => {
  const { given, taking, turn, connect } = camera({ reachable: false });
  given.unwanted = false;
  await connect();
  expect(given.writes).toBe(0);
  given.unwanted = true;
  taking.again();
  await turn();
  expect(given.writes).toBe(1);
});

test('masks that were drawn in the last moment stay', async () => {
  const { given, turn } = camera();
  given.unwanted = false;
  await turn();
  expect(given.writes).toBe(0);
});

test('after the end nobody listens and nothing is written', async () => {
  const { given, taking, connect, listeners } = camera({ reachable: false });
  taking[Symbol.dispose]();
  expect(listeners.size).toBe(0);
  await connect();
  expect(given.writes).toBe(0);
});
