import type { ClipInfo, ClipsReply } from '../protocol/api.ts';
import { spanText } from './lib/amounts.ts';
import { type Asking, type Message, type Outputs, startAskNode } from './lib/ask-node.ts';
import { CLIP_OUTPUTS, clipFacts, clipPayload } from './lib/clip-answer.ts';
import { waitForClip } from './lib/clip-watch.ts';
import type { ServerNode } from './lib/event-node.ts';
import { NodeError } from './lib/node-error.ts';
import type { NodeConfig, NodeRed, NodeStatus } from './lib/node-red.ts';
import { numberIn } from './lib/read-message.ts';
import { registerNode } from './lib/register-node.ts';
import { eventStatus } from './lib/status.ts';
import { textsOf } from './lib/texts.ts';
import { typedValue } from './lib/typed-value.ts';
import { WaitingBadge } from './lib/waiting-badge.ts';
import { clipOfMessage, type WantedClip, wantedClip } from './lib/wanted-clip.ts';

interface ClipConfig extends NodeConfig {
  server?: string;
  /** What names the clip, by `clipType`: `message` (that of the message or of its event), or a typed input. */
  clip?: unknown;
  clipType?: unknown;
  output?: unknown;
  /** Seconds. */
  timeout?: unknown;
  /** MB, of a Buffer. */
  maxSize?: unknown;
}

/** Why there is no clip on the first output. */
type NotReady = 'timeout' | 'no-clip' | 'no-folder' | 'no-files' | 'not-found';

/** A clip that has just been promised may not have begun: the camera may have to come back first. */
const MAY_BEGIN_MS = 15_000;
/** What happened longer ago has its clip or never will. */
const JUST_NOW_MS = 120_000;

/** Waits until the recording of an event is complete, then gives it: as path, address or Buffer. */
export default function clip(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-clip');
  const shared = textsOf(RED);

  registerNode<ClipConfig>(RED, 'doorstep-clip', (node, config) => {
    const output = CLIP_OUTPUTS.find((each) => each === config.output) ?? 'url';
    const timeoutMs = numberIn(config.timeout, { min: 1, max: 3600, otherwise: 240 }) * 1000;
    const maxBytes = numberIn(config.maxSize, { min: 1, max: 500, otherwise: 50 }) * 1_000_000;
    const waiting = new WaitingBadge(texts);

    const wanted = async (message: Message): Promise<WantedClip> => {
      const { clip: value, clipType: type = 'message' } = config;
      const found =
        type === 'message'
          ? clipOfMessage(message)
          : wantedClip(await typedValue({ RED, node }, { type, value }, message));
      if (!found) throw new NodeError('EINVAL', texts('fault.which-clip'));
      return found;
    };
    const enough = ({ state, place, file }: ClipInfo) =>
      state === 'ready' && (output !== 'path' || file !== undefined || place === 'target');

    const startedNode = startAskNode({
      RED,
      node,
      server: config.server,
      scope: 'media',
      async answer(message, asking) {
        const { hub } = startedNode;
        if (!hub) throw new NodeError('ENOTCONN', shared('fault.no-server'));
        const asked = await wanted(message);
        // Without the folder no waiting would help.
        if (output === 'path' && hub.recordingsFolder === undefined) return notReady(message, 'no-folder');
        const ends = new AbortController();
        const stopWaiting = waiting.begin(asking.show);
        const signal = AbortSignal.any([asking.signal, ends.signal]);
        const timer = setTimeout(() => ends.abort(), timeoutMs);
        try {
          const found = await untilComplete(hub, asked, { asking, signal, enough });
          if (!found) return notReady(message, 'no-clip');
          const made = await clipPayload(found, { output, maxBytes, hub, asking, texts: shared });
          if ('why' in made) return notReady(message, made.why);
          // Others wait for the same clip, and have the same object.
          const facts = { clip: structuredClone(found), media: clipFacts(found, Date.now()) };
          const badge = eventStatus(
            texts('status.ready', { span: spanText(found.endedAt - found.startedAt) }),
          );
          return { outputs: [{ ...message, ...made, ...facts }, null], badge };
        } catch (error) {
          if (ends.signal.aborted && !asking.signal.aborted) return notReady(message, 'timeout');
          throw error;
        } finally {
          clearTimeout(timer);
          stopWaiting();
        }
      },
    });
  });

  function notReady(message: Message, reason: NotReady): { outputs: Outputs; badge: NodeStatus } {
    const outputs = [null, { ...message, reason, reasonText: texts(`reason.${reason}`) }];
    return { outputs, badge: { fill: 'grey', shape: 'ring', text: texts(`status.${reason}`) } };
  }
}

interface Waiting {
  asking: Asking;
  /** Ends the waiting, and the node's time. */
  signal: AbortSignal;
  enough(clip: ClipInfo): boolean;
}

/** Undefined where there is none. Rejects with a `NodeError`, or when the signal aborts. */
async function untilComplete(
  hub: ServerNode,
  wanted: WantedClip,
  { asking, signal, enough }: Waiting,
): Promise<ClipInfo | undefined> {
  const id = 'clip' in wanted ? wanted.clip : await clipOfEvent(wanted.event, asking);
  if (id === undefined) return undefined;
  const now = Date.now();
  const justNow = wanted.at !== undefined && Math.abs(now - wanted.at) < JUST_NOW_MS;
  const mayBeginUntil = justNow ? now + MAY_BEGIN_MS : now;
  const end = await waitForClip(hub, { id, enough, mayBeginUntil, signal });
  if (end.is === 'fault') asking.fail(end.fault);
  return end.is === 'enough' ? end.clip : undefined;
}

/** The first one that it is in. */
async function clipOfEvent(event: string, { ask }: Asking): Promise<string | undefined> {
  const path = `/clips?limit=100&event=${encodeURIComponent(event)}`;
  const { clips } = (await ask({ method: 'GET', path })) as ClipsReply;
  return clips.at(-1)?.id;
}
