import { SNAPSHOT_HEADERS } from '../protocol/api.ts';
import { sizeText, spanText } from './lib/amounts.ts';
import { type Asking, type Message, startAskNode } from './lib/ask-node.ts';
import { type CameraSettings, chosenCamera, knownCamera } from './lib/camera-choice.ts';
import { LARGEST_PICTURE, storedPicturePath } from './lib/event-picture.ts';
import { storedPicture } from './lib/event-snapshot.ts';
import { type HubMedia, hubUrl } from './lib/hub-request.ts';
import { jpegSize } from './lib/jpeg-size.ts';
import { pauseBeforeLook } from './lib/look-again.ts';
import type { MediaFacts } from './lib/media-facts.ts';
import { NodeError } from './lib/node-error.ts';
import type { NodeConfig, NodeRed } from './lib/node-red.ts';
import { pictureName, writePicture } from './lib/picture-file.ts';
import { numberIn } from './lib/read-message.ts';
import { registerNode } from './lib/register-node.ts';
import { eventStatus } from './lib/status.ts';
import { textsOf } from './lib/texts.ts';
import { readMoment } from './lib/time-range.ts';
import { typedValue } from './lib/typed-value.ts';

interface SnapshotConfig extends NodeConfig, CameraSettings {
  server?: string;
  /** `now`, `event`: that of the message's event, or `time`: one of the recording. */
  source?: unknown;
  /** The time; a typed input. */
  at?: unknown;
  atType?: unknown;
  /** Pixels, but for the picture of an event; empty: as large as the camera sends it. */
  width?: unknown;
  /** `buffer`, `url` or `file`. */
  output?: unknown;
  /** Of files; a typed input. */
  folder?: unknown;
  folderType?: unknown;
}

/** A picture with where it can be had again. */
interface Taken {
  jpeg: Buffer;
  path: string;
  media: MediaFacts;
  /** Short name of its camera. */
  camera: string;
}

/** For a picture of a recording, which may lie on a NAS that sleeps, and waits for those that others asked for. */
const RECORDED_MS = 30_000;

/** Gives a picture: of now, the best one of an event, or of a recorded moment. */
export default function snapshot(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-snapshot');
  const shared = textsOf(RED);

  registerNode<SnapshotConfig>(RED, 'doorstep-snapshot', (node, config) => {
    const at = { RED, node };
    const width = numberIn(config.width, { min: 0, max: 7680, otherwise: 0 });
    const { hub } = startAskNode({
      RED,
      node,
      server: config.server,
      scope: 'media',
      async answer(message, asking) {
        const taken = await pictureOf(message, asking);
        const payload = await payloadOf(taken, message, asking);
        const badge = eventStatus(`${sizeText(taken.jpeg.length)} · ${spanText(taken.media.ageMs)}`);
        return { outputs: { ...message, payload, media: taken.media }, badge };
      },
    });

    const pictureOf = (message: Message, asking: Asking): Promise<Taken> => {
      if (config.source === 'event') return ofEvent(message, asking);
      return config.source === 'time'
        ? ofTime(message, asking)
        : ofCamera(message, asking, 'snapshot.jpg', {});
    };

    const ofTime = async (message: Message, asking: Asking): Promise<Taken> => {
      const { at: value = 'at', atType: type = 'msg' } = config;
      const moment = readMoment(await typedValue(at, { type, value }, message));
      if (moment === undefined) throw new NodeError('EINVAL', texts('fault.no-time'));
      return ofCamera(message, asking, 'footage.jpg', { at: String(moment) });
    };

    const ofCamera = async (
      message: Message,
      asking: Asking,
      what: string,
      asked: Record<string, string>,
    ): Promise<Taken> => {
      const chosen = await chosenCamera(at, config, message);
      if (!chosen || 'all' in chosen) throw new NodeError('EINVAL', shared('fault.no-camera'));
      const size = width > 0 && { width: String(Math.max(16, Math.round(width))) };
      const query = new URLSearchParams({ ...asked, ...size });
      const path = `/cameras/${encodeURIComponent(chosen.camera)}/${what}${query.size > 0 ? `?${query}` : ''}`;
      const timeoutMs = 'at' in asked ? { timeoutMs: RECORDED_MS } : {};
      const got = await asking.fetch(path, { maxBytes: LARGEST_PICTURE, ...timeoutMs });
      const number = (name: string) => Number(got.headers.get(name) ?? 0);
      const facts = {
        takenAt: number(SNAPSHOT_HEADERS.takenAt),
        ageMs: number(SNAPSHOT_HEADERS.ageMs),
        source: got.headers.get(SNAPSHOT_HEADERS.source) ?? '',
      };
      const camera = knownCamera(hub?.cameras() ?? [], chosen.camera)?.slug ?? chosen.camera;
      return { jpeg: got.bytes, path, camera, media: mediaOf(got, facts) };
    };

    const ofEvent = async (message: Message, asking: Asking): Promise<Taken> => {
      const wanted = storedPicture(message, Date.now());
      if (!wanted) throw new NodeError('ENOTFOUND', texts('fault.no-picture'));
      const { id, at: takenAt, camera } = wanted;
      const path = storedPicturePath(id);
      const got = await fetchWhenMade(path, asking, wanted.mayComeUntil);
      const facts = { takenAt, ageMs: Math.max(0, Date.now() - takenAt), source: 'event', id };
      return { jpeg: got.bytes, path, camera, media: mediaOf(got, facts) };
    };

    const payloadOf = async ({ jpeg, path, camera, media }: Taken, message: Message, asking: Asking) => {
      if (config.output === 'url') return hubUrl(asking.login.address, path);
      if (config.output !== 'file') return jpeg;
      const { folder: value, folderType: type } = config;
      const folder = await typedValue(at, { type, value }, message);
      if (typeof folder !== 'string' || !folder.trim())
        throw new NodeError('EINVAL', texts('fault.no-folder'));
      try {
        return await writePicture(folder.trim(), pictureName(camera, media.takenAt), jpeg);
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        throw new NodeError('EINVAL', texts('fault.not-written', { detail }));
      }
    };
  });
}

/** The hub makes the picture of an event while the event is on its way. */
async function fetchWhenMade(path: string, { fetch, signal }: Asking, until: number): Promise<HubMedia> {
  for (let looks = 1; ; looks += 1) {
    try {
      return await fetch(path, { maxBytes: LARGEST_PICTURE });
    } catch (error) {
      const mayCome = error instanceof NodeError && error.code === 'ENOTFOUND' && Date.now() < until;
      if (!mayCome || signal.aborted) throw error;
    }
    await pauseBeforeLook(looks, until, signal);
  }
}

function mediaOf(
  { bytes, contentType }: HubMedia,
  facts: Pick<MediaFacts, 'takenAt' | 'ageMs' | 'source' | 'id'>,
): MediaFacts {
  return { contentType, bytes: bytes.length, ...jpegSize(bytes), ...facts };
}
