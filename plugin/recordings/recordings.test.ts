import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { decodeErrors, type Stream } from '../../test/support/recorded-media.ts';
import { type RecordingsHouse, record, recordingsHouse } from '../../test/support/recordings-house.ts';
import { makeSpoolStream, readMedia, SPOOL_CAMERA, spoolOpening } from '../../test/support/spool-house.ts';

let stream: Stream;
let house: RecordingsHouse;

beforeAll(async () => {
  stream = await makeSpoolStream(2);
}, 60_000);
afterEach(async () => {
  vi.restoreAllMocks();
  await house[Symbol.asyncDispose]();
});

const now = () => Date.now();
const opening = (id: string) => spoolOpening(id, { at: now(), startedAt: now() - 2000, kind: 'doorbell' });
const still = { jpeg: Buffer.from('jpeg'), width: 1, height: 1, takenAt: 0, source: 'ring' as const };
const state = async () => (await house.recordings.storage()).target.state;
const place = (id: string) => house.recordings.get(id)?.place;
const waitForState = (wanted: string) =>
  vi.waitFor(async () => expect(await state()).toBe(wanted), { timeout: 20_000 });
const waitForPlace = (id: string, wanted: string) =>
  vi.waitFor(() => expect(place(id)).toBe(wanted), { timeout: 20_000 });
const bytesOf = async (id: string) => {
  const file = await house.recordings.clip(id);
  if (!file) throw new Error(`there is no clip ${id}`);
  return readMedia(file);
};

test('a clip plays from the spool at once, then from the target, and is the same file', async () => {
  house = await recordingsHouse();
  await house.recordings.saveSnapshot({ ...opening('one'), kind: 'doorbell' }, still);
  await record(house, stream, opening('one'));
  const before = await bytesOf('one');
  expect(await decodeErrors(before)).toBe('');
  await waitForPlace('one', 'target');
  expect((await bytesOf('one')).equals(before)).toBe(true);
  const picture = await house.recordings.snapshot('one');
  await vi.waitFor(() => expect(house.files().filter((name) => name.endsWith('.jpg'))).toHaveLength(1));
  expect(picture && (await readMedia(picture)).toString()).toBe('jpeg');
  await vi.waitFor(() =>
    expect(house.files().map((name) => name.replace(/^.*\//, '').replace(/^\d+/, ''))).toEqual([
      ...['-ring-one.jpg', '-ring-one.json', '-ring-one.mp4', 'index.jsonl'],
    ]),
  );
  const [, json, mp4] = house.files().map((name) => readFileSync(join(house.target, name)));
  const sidecar = JSON.parse(String(json));
  expect(sidecar).toMatchObject({ id: 'one', state: 'ready', bytes: before.length, snapshotId: 'one' });
  expect(
    createHash('sha256')
      .update(mp4 ?? '')
      .digest('hex'),
  ).toBe(sidecar.sha256);
  expect(await house.recordings.storage()).toMatchObject({
    ...{ clips: 1, bytes: before.length, spool: { bytes: 0, bufferedMs: 0 } },
    target: { kind: 'embedded', state: 'ready', freeBytes: expect.any(Number) },
  });
  expect(house.recordings.problems).toEqual([]);
  expect(house.lines).toEqual([]);
});
