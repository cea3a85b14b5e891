/** Lets Home Assistant find hub and cameras: keeps a message for each at the broker, and tells it again when Home Assistant has started. */
import { cameraMessage, type DiscoveryOptions, deviceId, hubMessage } from './discovery.ts';
import type { ToldHub } from './hub.ts';
import type { Link } from './link.ts';

/** The hub comes first: cameras are reached by way of it. */
export function tellDiscovery(
  link: Pick<Link, 'keep' | 'again' | 'hear'>,
  hub: Pick<ToldHub, 'id' | 'name' | 'version' | 'cameras'>,
  options: DiscoveryOptions,
): void {
  const { topics } = options;
  const messages = [
    { topic: topics.discovery(deviceId(hub.id)), message: hubMessage(hub, options) },
    ...hub.cameras().map((camera) => ({
      topic: topics.discovery(deviceId(camera.id)),
      message: cameraMessage(hub, camera, options),
    })),
  ];
  for (const { topic, message } of messages) link.keep(topic, JSON.stringify(message));
  const born = (payload: string) => {
    if (payload === 'online') for (const { topic } of messages) link.again(topic);
  };
  link.hear(
    [topics.birth],
    ({ payload, retained }) => {
      // What it said before we came is heard on connect, when all is told anyway.
      if (!retained) born(payload);
    },
    'refuse',
  );
}
