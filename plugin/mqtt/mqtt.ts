/** All that the hub says and hears over MQTT, on one connection. */
import type { Problem } from '../../protocol/api.ts';
import { withoutSecrets } from '../system/log.ts';
import type { TextFile } from '../system/text-file.ts';
import type { BrokerLogin } from './broker.ts';
import { deviceId } from './discovery.ts';
import type { ToldHub } from './hub.ts';
import { keptTopics } from './kept-topics.ts';
import { type LinkDeps, openLink } from './link.ts';
import { type HeardTrigger, hearTriggers } from './mqtt-triggers.ts';
import { takeCommands } from './take-commands.ts';
import { tellDiscovery } from './tell-discovery.ts';
import { tellEvents } from './tell-events.ts';
import { tellPictures } from './tell-pictures.ts';
import { tellStates } from './tell-states.ts';
import { tellStorage } from './tell-storage.ts';
import { ownTopics, type TopicOptions, topicsOf } from './topics.ts';

export interface MqttOptions extends BrokerLogin, TopicOptions {
  homeAssistant: boolean;
  pictures: boolean;
  commands: boolean;
}

export interface Mqtt extends AsyncDisposable {
  /** What is wrong with broker and triggers now. */
  readonly problems: readonly Problem[];
  /** Resolves when it is connected and hears all for the first time. */
  readonly ready: Promise<void>;
}

export interface MqttDeps extends LinkDeps {
  /** Where it stands what the broker keeps for us. */
  file: TextFile;
}

/** Connects, and connects again whenever the connection is lost, until it is disposed. Never throws. */
export function openMqtt(
  options: MqttOptions,
  { hub, triggers }: { hub: ToldHub; triggers: readonly HeardTrigger[] },
  { file, ...deps }: MqttDeps,
): Mqtt {
  const { clock, log } = deps;
  const { homeAssistant, pictures, commands } = options;
  const topics = topicsOf(options);
  const cameras = hub.cameras();
  const kept = keptTopics(
    file,
    {
      broker: withoutSecrets(options.url),
      topics: ownTopics(
        topics,
        cameras.map(({ slug }) => slug),
        {
          pictures,
          deviceIds: homeAssistant ? [hub, ...cameras].map(({ id }) => deviceId(id)) : [],
        },
      ),
    },
    log,
  );
  const link = openLink({ login: options, statusTopic: topics.status }, deps);
  const faulty = hearTriggers(link, triggers, { topics, log });
  if (homeAssistant) tellDiscovery(link, hub, { topics, commands, pictures });
  for (const topic of kept.stale) link.keep(topic, '');
  if (commands) takeCommands(link, hub, { topics, clock, log });
  const stops = [
    tellStates(link, hub, { topics, clock }),
    tellStorage(link, hub.storage, { topic: topics.storage, clock, log }),
    // Before events: who hears of one looks for its picture.
    ...(pictures ? [tellPictures(link, hub, { topics, log })] : []),
    tellEvents(link, hub, { topics, homeAssistant }),
  ];
  void link.told().then(kept.cleared);
  return {
    get problems() {
      return link.problem ? [...faulty, link.problem] : faulty;
    },
    ready: link.ready,
    async [Symbol.asyncDispose]() {
      for (const stop of stops) stop();
      await link[Symbol.asyncDispose]();
    },
  };
}
