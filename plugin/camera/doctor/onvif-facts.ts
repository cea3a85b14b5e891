import type { OnvifCamera } from '../onvif/contract.ts';
import type { OnvifFacts, OnvifProfile } from './facts.ts';

/** What an ONVIF camera has told of itself; its stream profiles are asked for now. Never rejects. */
export async function onvifFacts(
  camera: Pick<OnvifCamera, 'state' | 'streams' | 'topicsSeen'>,
): Promise<OnvifFacts> {
  const { state } = camera;
  const profiles = state.reachable ? await profilesOf(camera) : undefined;
  const { reachable, listening, problem, clockOffsetMs, device } = state;
  return {
    connected: reachable,
    topics: camera.topicsSeen().map(({ topic, meaning }) => (meaning ? `${topic} (${meaning})` : topic)),
    ...(state.features?.events && { events: listening }),
    ...(problem && { problem }),
    ...(clockOffsetMs !== undefined && { clockOffsetMs }),
    ...device,
    ...(profiles && { profiles }),
  };
}

/** Without their addresses, which hold the password. */
async function profilesOf(camera: Pick<OnvifCamera, 'streams'>): Promise<OnvifProfile[] | undefined> {
  const streams = await camera.streams().catch(() => undefined);
  return streams?.profiles.map(({ name, codec, width, height }) => ({ name, codec, width, height }));
}
