import { type Message, startAskNode } from './lib/ask-node.ts';
import { type CameraSettings, chosenCamera, knownCamera } from './lib/camera-choice.ts';
import { jpegSize } from './lib/jpeg-size.ts';
import { LiveSession, type LiveShown } from './lib/live-session.ts';
import type { MediaFacts } from './lib/media-facts.ts';
import type { LivePicture } from './lib/mjpeg-reader.ts';
import { NodeError } from './lib/node-error.ts';
import type { NodeConfig, NodeRed, NodeStatus } from './lib/node-red.ts';
import { numberIn } from './lib/read-message.ts';
import { registerNode } from './lib/register-node.ts';
import { textsOf } from './lib/texts.ts';

interface LiveConfig extends NodeConfig, CameraSettings {
  server?: string;
  fps?: unknown;
  /** Pixels. */
  width?: unknown;
  /** Seconds until it stops by itself. */
  seconds?: unknown;
}

/** What ends it in `msg.action` or `msg.payload`; anything else begins it. */
const STOPS: readonly unknown[] = ['stop', 'off', 'false', '0', false, 0];

/** Platforms write `OFF` as well. */
function isStop({ action, payload }: Message): boolean {
  const word = action ?? payload;
  return STOPS.includes(typeof word === 'string' ? word.trim().toLowerCase() : word);
}

/** Sends live pictures of a camera, one after the other, for a while. */
export default function live(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-live');
  const shared = textsOf(RED);

  registerNode<LiveConfig>(RED, 'doorstep-live', (node, config) => {
    const fps = numberIn(config.fps, { min: 0.1, max: 5, otherwise: 2 });
    const width = Math.round(numberIn(config.width, { min: 16, max: 7680, otherwise: 640 }));
    const lengthMs = numberIn(config.seconds, { min: 5, max: 3600, otherwise: 60 }) * 1000;
    let running: { path: string; session: LiveSession } | undefined;
    const stop = () => {
      running?.session.stop();
      running = undefined;
    };

    const ask = startAskNode({
      RED,
      node,
      server: config.server,
      scope: 'media',
      onClose: stop,
      async answer(message, asking) {
        if (isStop(message)) {
          stop();
          return { outputs: null, badge: {} };
        }
        const path = await pathOf(message);
        asking.signal.throwIfAborted();
        const session = begin(path);
        const fault = await session.begun;
        if (fault) asking.fail(fault);
        return { outputs: null, badge: current() };
      },
    });

    let shown: LiveShown = { flows: false, fps: 0, leftMs: lengthMs };
    const current = (): NodeStatus => (running ? liveStatus(shown) : {});

    const pathOf = async (message: Message): Promise<string> => {
      const chosen = await chosenCamera({ RED, node }, config, message);
      if (!chosen || 'all' in chosen) throw new NodeError('EINVAL', shared('fault.no-camera'));
      const camera = knownCamera(ask.hub?.cameras() ?? [], chosen.camera)?.id ?? chosen.camera;
      return `/cameras/${encodeURIComponent(camera)}/live.mjpeg?width=${width}`;
    };

    const begin = (path: string): LiveSession => {
      const { hub, asking } = ask;
      if (!hub || !asking) throw new NodeError('ENOTCONN', shared('fault.no-server'));
      if (running?.path === path) {
        running.session.extend(lengthMs);
        return running.session;
      }
      stop();
      const session = new LiveSession(
        {
          ...{ hub, path, fps },
          send: (picture) => node.send(messageOf(path, picture)),
          onShown(now) {
            shown = now;
            if (running?.session === session) asking.show(liveStatus(now));
          },
          onEnd(fault) {
            if (running?.session !== session) return;
            running = undefined;
            if (fault) ask.report(fault);
            else asking.show({});
          },
        },
        lengthMs,
      );
      running = { path, session };
      return session;
    };

    const messageOf = (path: string, { jpeg, takenAt, ageMs }: LivePicture): Message => {
      const named = decodeURIComponent(path.split('/')[2] ?? '');
      const camera = knownCamera(ask.hub?.cameras() ?? [], named);
      const now = Date.now();
      const media: MediaFacts = {
        ...{ contentType: 'image/jpeg', bytes: jpeg.length, ...jpegSize(jpeg) },
        ...{ takenAt: takenAt ?? now, ageMs: ageMs ?? 0, source: 'live' },
      };
      return {
        topic: `${camera?.slug ?? named}/live/picture`,
        title: camera?.name ?? named,
        ...{ payload: jpeg, media },
      };
    };

    const liveStatus = ({ flows, fps: pace, leftMs }: LiveShown): NodeStatus => {
      const left = `${Math.ceil(leftMs / 1000)} s`;
      if (!flows) return { fill: 'yellow', shape: 'ring', text: texts('status.no-picture') };
      const rounded = pace < 1 ? Math.round(pace * 10) / 10 : Math.round(pace);
      return { fill: 'blue', shape: 'dot', text: `${rounded} fps · ${left}` };
    };
  });
}
