/** How soon a live view shows something: over HomeKit, and as the browser gets it. */
import { WebSocket } from 'ws';
import type { HomeKitController } from '../simulator/homekit/controller.ts';
import type { LiveView, ReceivedMedium } from '../simulator/homekit/live-view.ts';
import { type Doorway, PICTURE, waitSome } from './doorway.ts';
import { PEER } from './peer.ts';
import type { Group, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

const OUR_VIEWS = 40;
const PEER_VIEWS = 10;
const BROWSER_VIEWS = 40;
const GIVE_UP_MS = 20_000;

const ROWS: readonly RowSpec[] = [
  {
    name: 'live-first-packet-median',
    what: 'HomeKit live view, from the set-up request to the first SRTP video packet',
    unit: 'ms',
    against: PEER,
  },
  {
    name: 'live-first-packet-p95',
    what: 'the same, 95th percentile',
    unit: 'ms',
    against: PEER,
    target: 150,
  },
  {
    name: 'live-first-picture-median',
    what: 'the same, to the last packet of the first picture (RTP marker)',
    unit: 'ms',
    against: PEER,
  },
  {
    name: 'live-first-picture-p95',
    what: 'the same, 95th percentile',
    unit: 'ms',
    against: PEER,
  },
  {
    name: 'browser-live-median',
    what: 'browser live view, from opening the WebSocket to the first fragment, which is a keyframe',
    unit: 'ms',
  },
  { name: 'browser-live-p95', what: 'the same, 95th percentile', unit: 'ms' },
];

export const live: Group<Doorway> = {
  rows: ROWS,
  async measure({ house, phone, peerPhone }) {
    const ours: Start[] = [];
    const peers: Start[] = [];
    const browser: number[] = [];
    for (let count = 0; count < OUR_VIEWS; count++) {
      await waitSome(400);
      ours.push(await startView(phone));
      if (count % (OUR_VIEWS / PEER_VIEWS) === 0) {
        await waitSome(2000);
        peers.push(await startView(peerPhone));
      }
    }
    const authorization = `Bearer ${house.token(['media'])}`;
    const url = `${house.apiUrl.replace(/^http/, 'ws')}/api/v1/cameras/front-door/live`;
    for (let count = 0; count < BROWSER_VIEWS; count++) {
      await waitSome(200);
      browser.push(await openBrowserView(url, authorization));
    }
    const packet = summarize(ours.map(({ packetMs }) => packetMs));
    const peerPacket = summarize(peers.map(({ packetMs }) => packetMs));
    const picture = summarize(ours.map(({ pictureMs }) => pictureMs));
    const peerPicture = summarize(peers.map(({ pictureMs }) => pictureMs));
    const page = summarize(browser);
    const counts = { samples: packet.count, peerSamples: peerPacket.count };
    return {
      'live-first-packet-median': { value: packet.median, peer: peerPacket.median, ...counts },
      'live-first-packet-p95': { value: packet.p95, peer: peerPacket.p95, ...counts },
      'live-first-picture-median': { value: picture.median, peer: peerPicture.median, ...counts },
      'live-first-picture-p95': { value: picture.p95, peer: peerPicture.p95, ...counts },
      'browser-live-median': { value: page.median, samples: page.count },
      'browser-live-p95': { value: page.p95, samples: page.count },
    };
  },
};

interface Start {
  packetMs: number;
  pictureMs: number;
}

async function startView(phone: HomeKitController): Promise<Start> {
  const view = await phone.startLive({ ...PICTURE, fps: 15 });
  try {
    const pictureMs = await firstPicture(view);
    return { packetMs: view.firstVideoMs ?? Number.NaN, pictureMs };
  } finally {
    await view[Symbol.asyncDispose]();
  }
}

/** The marker ends a picture (RFC 6184, 5.1), and SRTP leaves the header in clear. One that is already there counts as of now. */
async function firstPicture(view: LiveView): Promise<number> {
  const { video, begunAt } = view;
  if (!video.packets.some(endsPicture)) await nextPictureEnd(video);
  return performance.now() - begunAt;
}

const endsPicture = (packet: Buffer) => (packet.readUInt8(1) & 0x80) !== 0;

function nextPictureEnd(video: ReceivedMedium): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('No picture came.')), GIVE_UP_MS);
    video.onPacket = () => {
      if (!video.packets.some(endsPicture)) return;
      clearTimeout(late);
      video.onPacket = undefined;
      resolve();
    };
  });
}

/** First comes a text frame, then the init segment, then fragments. */
function openBrowserView(url: string, authorization: string): Promise<number> {
  const begun = performance.now();
  const socket = new WebSocket(url, { headers: { authorization }, perMessageDeflate: false });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let binaries = 0;
  const late = setTimeout(() => reject(new Error('No fragment came.')), GIVE_UP_MS);
  socket.on('message', (_data, binary) => {
    if (binary) binaries++;
    if (binaries === 2) resolve(performance.now() - begun);
  });
  socket.on('error', reject);
  socket.on('close', (code) => reject(new Error(`The hub closed the live view with ${code}.`)));
  return promise.finally(() => {
    clearTimeout(late);
    socket.terminate();
  });
}
