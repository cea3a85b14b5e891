import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { decodeErrors, probe, type Stream } from '../../../test/support/recorded-media.ts';
import {
  joinPieces,
  makeSpoolStream,
  type SpoolHouse,
  spoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';

let stream: Stream;
let house: SpoolHouse;
beforeAll(async () => {
  stream = await makeSpoolStream(7, { sound: true });
}, 60_000);
beforeEach(() => {
  house = spoolHouse();
});
afterEach(() => house[Symbol.dispose]());

test.each([
  ['without sound', false],
  ['with sound', true],
])('a recording %s is its pieces, byte for byte, and plays', async (_, audio) => {
  const recording = await spoolRecording(house, stream, spoolOpening('one'), { audio });
  expect(recording).toMatchObject({ id: 'one', state: 'closed', spooled: true, eventIds: ['one'] });
  expect(recording.endedAt - recording.startedAt).toBe(7000);
  const file = await joinPieces(house.spool.pieces(recording));
  expect(file.length).toBe(recording.bytes);
  expect(await decodeErrors(file)).toBe('');
  const { streams, duration, packets } = await probe(file);
  expect(streams.map(({ codec_name }) => codec_name)).toEqual(audio ? ['h264', 'aac'] : ['h264']);
  expect(duration).toBeCloseTo(7, 1);
  expect(packets.filter(({ codec_type }) => codec_type === 'video')).toHaveLength(105);
});

test('segments begin with a keyframe, follow one another, and are in the index with their hashes', async () => {
  const recording = await spoolRecording(house, stream, spoolOpening('one'));
  const segments = house.index.segments('one');
  expect(segments.map(({ n, tier }) => [n, tier])).toEqual([0, 1, 2, 3].map((n) => [n, 'disk']));
  expect(segments.map(({ startedAt, endedAt }) => (endedAt - startedAt) / 1000)).toEqual([2, 2, 2, 1]);
  expect(segments[0]?.startedAt).toBe(recording.startedAt);
  expect(segments[1]?.startedAt).toBe(segments[0]?.endedAt);
  const init = readFileSync(join(house.folder, 'one', 'init.mp4'));
  for (const { path } of house.spool.pieces(recording).slice(1, -1)) {
    const { packets } = await probe(Buffer.concat([init, readFileSync(path)]));
    expect(packets[0]?.flags).toContain('K');
  }
});

test('what is there is for its owner alone', async () => {
  await spoolRecording(house, stream, spoolOpening('one'));
  const mode = (path: string) => statSync(path).mode & 0o777;
  expect([mode(house.folder), mode(join(house.folder, 'one'))]).toEqual([0o700, 0o700]);
  const names = readdirSync(join(house.folder, 'one'));
  expect(names.sort()).toEqual([
    ...['000.m4s', '001.m4s', '002.m4s', '003.m4s'],
    ...['head.mp4', 'init.mp4', 'sidecar.json', 'tail.mp4'],
  ]);
  for (const name of names) expect(mode(join(house.folder, 'one', name))).toBe(0o600);
});
