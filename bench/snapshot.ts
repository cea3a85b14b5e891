/** Still pictures over HomeKit: how soon, and how old. */
import { setTimeout as wait } from 'node:timers/promises';
import { SNAPSHOT_HEADERS } from '../protocol/api.ts';
import type { HomeKitController } from '../simulator/homekit/controller.ts';
import { type Doorway, PICTURE, waitSome } from './doorway.ts';
import { PEER } from './peer.ts';
import { readPictureClock } from './picture-clock.ts';
import type { Group, RowSpec } from './report.ts';
import { mean, summarize } from './statistics.ts';

/** The peer keeps a picture for 3 s; a fresh one needs longer gaps. */
const PEER_CACHE_MS = 3200;
const ROUNDS = 10;
const OURS_PER_ROUND = 6;

const REQUEST = `${PICTURE.width}x${PICTURE.height} over HomeKit, from asking to having the last byte`;
const ROWS: readonly RowSpec[] = [
  { name: 'snapshot-median', what: `fresh picture, ${REQUEST}`, unit: 'ms', against: PEER },
  { name: 'snapshot-p95', what: `the same, 95th percentile`, unit: 'ms', against: PEER, target: 60 },
  {
    name: 'snapshot-age-median',
    what: 'age of that picture when the controller has it, since it came from the camera, as the API dates the same picture',
    unit: 'ms',
  },
  { name: 'snapshot-age-p95', what: 'the same, 95th percentile', unit: 'ms', target: 2000 },
  { name: 'snapshot-age-max', what: 'the same, oldest', unit: 'ms' },
  {
    name: 'snapshot-clock-age-mean',
    what: 'mean age of the same pictures by the clock that the camera draws into them: its encoder included, to the second each',
    unit: 'ms',
    against: PEER,
  },
];

export const snapshots: Group<Doorway> = {
  rows: ROWS,
  async measure({ house, phone, peerPhone }) {
    const headers = { authorization: `Bearer ${house.token(['media'])}` };
    const query = new URLSearchParams({ width: `${PICTURE.width}`, height: `${PICTURE.height}` });
    const url = `${house.apiUrl}/api/v1/cameras/front-door/snapshot.jpg?${query}`;
    const ours: number[] = [];
    const ages: number[] = [];
    const clockAges: number[] = [];
    const peers: number[] = [];
    const peerClockAges: number[] = [];
    await take(peerPhone);
    for (let round = 0; round < ROUNDS; round++) {
      const cacheOver = wait(PEER_CACHE_MS);
      for (let count = 0; count < OURS_PER_ROUND; count++) {
        await waitSome(600);
        const { jpeg, ms, had } = await take(phone);
        ours.push(ms);
        const takenAt = await whenTaken(jpeg, url, headers);
        clockAges.push(await ageByClock(jpeg, had));
        if (takenAt !== undefined) ages.push(had - takenAt);
      }
      await cacheOver;
      await waitSome(1000);
      const { jpeg, ms, had } = await take(peerPhone);
      peers.push(ms);
      peerClockAges.push(await ageByClock(jpeg, had));
    }
    const our = summarize(ours);
    const peer = summarize(peers);
    const age = summarize(ages);
    const counts = { samples: our.count, peerSamples: peer.count };
    return {
      'snapshot-median': { value: our.median, peer: peer.median, ...counts },
      'snapshot-p95': { value: our.p95, peer: peer.p95, ...counts },
      'snapshot-age-median': { value: age.median, samples: age.count },
      'snapshot-age-p95': { value: age.p95, samples: age.count },
      'snapshot-age-max': { value: age.max, samples: age.count },
      'snapshot-clock-age-mean': { value: mean(clockAges), peer: mean(peerClockAges), ...counts },
    };
  },
};

async function take(phone: HomeKitController): Promise<{ jpeg: Buffer; ms: number; had: number }> {
  const { jpeg, ms } = await phone.snapshot(PICTURE.width, PICTURE.height);
  if (jpeg.readUInt16BE(0) !== 0xffd8) throw new Error('That is no JPEG.');
  return { jpeg, ms, had: Date.now() };
}

/** On average half of the second that the clock shows was over. */
const ageByClock = async (jpeg: Buffer, had: number) =>
  had - (await readPictureClock(jpeg, 'Front door', had)) - 500;

/** HomeKit says nothing of a picture's age, but the API does: undefined when it has a newer picture by now. */
async function whenTaken(
  jpeg: Buffer,
  url: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const reply = await fetch(url, { headers });
  const body = Buffer.from(await reply.arrayBuffer());
  return reply.ok && body.equals(jpeg) ? Number(reply.headers.get(SNAPSHOT_HEADERS.takenAt)) : undefined;
}
