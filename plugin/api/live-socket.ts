import { CLOSE, type LiveHello } from '../../protocol/api.ts';
import type { Init } from '../camera/contract.ts';
import { cameraCalled } from './camera-info.ts';
import { type SocketRoute, sendPaced } from './socket-route.ts';

/** Unsent bytes from which on the camera's own backlog takes over, and skips to the newest keyframe. */
const MOST_UNSENT = 512 * 1024;

/** How long a camera that says it is online may take for its first picture. */
const FIRST_PICTURE_MS = 10_000;

export const liveSocket: SocketRoute = {
  path: '/cameras/:id/live',
  access: 'media',
  summary:
    'Live fragmented MP4 for Media Source Extensions: a text frame (`LiveHello`), the init segment, then fragments from a keyframe on. When the camera reconnects, a new text frame and init segment follow.',
  query: {},
  async speak({ hub, clock }, { socket, id, signal }) {
    const camera = cameraCalled(hub.cameras(), id);
    if (!camera) {
      socket.close(CLOSE.notFound, 'no such camera');
      return;
    }
    const offline = () => socket.close(CLOSE.offline, 'no picture now');
    if (!camera.state.online) return offline();
    const stopWaiting = clock.after(FIRST_PICTURE_MS, offline);
    signal.addEventListener('abort', stopWaiting, { once: true });
    for await (const item of camera.watch({ signal, whenSlow: 'skip' })) {
      stopWaiting();
      if (item.type === 'init') socket.send(JSON.stringify(liveHello(item)));
      await sendPaced(socket, item.data, MOST_UNSENT);
    }
    stopWaiting();
    // Privacy mode ends it; a viewer who is still there has to know.
    if (!signal.aborted) offline();
  },
};

export function liveHello({ tracks }: Init): LiveHello {
  const video = tracks.find((track) => track.kind === 'video');
  const codecs = tracks.map((track) => track.codecString).join(',');
  return {
    type: 'init',
    mime: `video/mp4; codecs="${codecs}"`,
    width: video?.width ?? 0,
    height: video?.height ?? 0,
  };
}
