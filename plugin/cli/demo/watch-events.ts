import WebSocket from 'ws';
import { API_PREFIX, type EventFrame } from '../../../protocol/api.ts';
import type { DoorstepEvent } from '../../../protocol/event.ts';

/** Listens to a hub's events, as Node-RED does. Resolves when the hub has said hello; the socket's end is not an error. */
export function watchEvents(
  { url, token }: { url: string; token: string },
  onEvent: (event: DoorstepEvent) => void,
): Promise<AsyncDisposable> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${API_PREFIX}/events`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`The hub closed the event socket (${code}).`)));
    socket.on('message', (text) => {
      const frame = JSON.parse(String(text)) as EventFrame;
      if (frame.type === 'event') onEvent(frame.event);
      if (frame.type === 'live')
        resolve({
          async [Symbol.asyncDispose]() {
            socket.terminate();
          },
        });
    });
  });
}

/** Opens the live view as a browser does; resolves with the ms until the first picture, and ends it. */
export function firstPicture(
  { url, token }: { url: string; token: string },
  camera: string,
): Promise<number> {
  const startedAt = performance.now();
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${API_PREFIX}/cameras/${camera}/live`, {
    headers: { authorization: `Bearer ${token}` },
  });
  let binary = 0;
  return new Promise<number>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`The hub closed the live view (${code}).`)));
    // The first binary frame is the init segment, the second starts with a keyframe.
    socket.on('message', (_, isBinary) => {
      if (isBinary && ++binary === 2) resolve(performance.now() - startedAt);
    });
  }).finally(() => socket.terminate());
}
