/** Where a hub says what at the broker. Pure. */
import type { DoorstepEvent } from '../../protocol/event.ts';
import { eventTopic } from '../../protocol/event.ts';

/** What is kept of each camera, below `<base>/<short name>/`. */
export const CAMERA_STATES = [
  'online',
  'motion',
  'person',
  'packages',
  'armed',
  'snooze',
  'privacy',
] as const;
export type StateName = (typeof CAMERA_STATES)[number];

/** Which pictures are kept of each camera. */
export const PICTURES = ['ring', 'person', 'package'] as const;
export type PictureName = (typeof PICTURES)[number];

/** What Home Assistant hears as an event of one entity. */
export type EntityEvent = 'doorbell' | 'package';

export interface TopicOptions {
  /** Below which all topics of this hub stand: `doorstep`. */
  topic: string;
  /** Below which Home Assistant listens: `homeassistant`. */
  discoveryPrefix: string;
}

export interface Topics {
  /** `online` or `offline`. */
  readonly status: string;
  readonly storage: string;
  event(event: Pick<DoorstepEvent, 'camera' | 'kind' | 'phase'>): string;
  entityEvent(slug: string, entity: EntityEvent): string;
  state(slug: string, name: StateName): string;
  picture(slug: string, name: PictureName): string;
  command(slug: string, name: string): string;
  /** Where Home Assistant says that it has started. */
  readonly birth: string;
  discovery(deviceId: string): string;
  /** Whether a hub of this base topic speaks, or hears orders, there; also of a filter that lies wholly below it. */
  isOwn(topic: string): boolean;
}

export function topicsOf({ topic: base, discoveryPrefix }: TopicOptions): Topics {
  return {
    status: `${base}/status`,
    storage: `${base}/storage`,
    event: (event) => `${base}/${eventTopic(event)}`,
    entityEvent: (slug, entity) => `${base}/${slug}/event/${entity}`,
    state: (slug, name) => `${base}/${slug}/${name}`,
    picture: (slug, name) => `${base}/${slug}/picture/${name}`,
    command: (slug, name) => `${base}/${slug}/set/${name}`,
    birth: `${discoveryPrefix}/status`,
    discovery: (deviceId) => `${discoveryPrefix}/device/${deviceId}/config`,
    isOwn: (topic) => topic.startsWith(`${base}/`) || topic.startsWith(`${discoveryPrefix}/device/doorstep_`),
  };
}

/** All that the broker keeps for a hub with these cameras. */
export function ownTopics(
  topics: Topics,
  slugs: readonly string[],
  { deviceIds, pictures }: { deviceIds: readonly string[]; pictures: boolean },
): string[] {
  return [
    // First, so that what is gone is forgotten by Home Assistant before its states are.
    ...deviceIds.map((id) => topics.discovery(id)),
    topics.status,
    topics.storage,
    ...slugs.flatMap((slug) => CAMERA_STATES.map((name) => topics.state(slug, name))),
    ...slugs.flatMap((slug) => (pictures ? PICTURES.map((name) => topics.picture(slug, name)) : [])),
  ];
}
