import type { ClipInfo, ClipsReply } from '../protocol/api.ts';
import { startAskNode } from './lib/ask-node.ts';
import { type CameraSettings, chosenCamera } from './lib/camera-choice.ts';
import { NodeError } from './lib/node-error.ts';
import type { NodeConfig, NodeRed } from './lib/node-red.ts';
import { numberIn } from './lib/read-message.ts';
import { registerNode } from './lib/register-node.ts';
import { eventStatus } from './lib/status.ts';
import { textsOf } from './lib/texts.ts';
import { dayRange, readRange, type TimeRange } from './lib/time-range.ts';
import { typedValue } from './lib/typed-value.ts';

interface RecordingsConfig extends NodeConfig, CameraSettings {
  server?: string;
  /** By `rangeType`: a number of hours for `hours`, nothing for `today` and `yesterday`, else a typed input. */
  range?: unknown;
  rangeType?: unknown;
  /** What opened the clips; none means anything. */
  kinds?: unknown;
  limit?: unknown;
  /** `array`, or `each`: one message for each clip. */
  output?: unknown;
}

const KINDS: readonly ClipInfo['kind'][] = ['doorbell', 'motion', 'package'];

/** Lists the clips of a stretch of time, newest first. */
export default function recordings(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-recordings');
  const shared = textsOf(RED);

  registerNode<RecordingsConfig>(RED, 'doorstep-recordings', (node, config) => {
    const at = { RED, node };
    const limit = Math.round(numberIn(config.limit, { min: 1, max: 1000, otherwise: 100 }));
    const stored: unknown[] = Array.isArray(config.kinds) ? config.kinds : [];
    const kinds = KINDS.filter((kind) => stored.includes(kind));

    const rangeOf = async (message: object): Promise<TimeRange> => {
      const { range: value, rangeType: type } = config;
      const now = Date.now();
      if (type === 'today') return dayRange(now, 0);
      if (type === 'yesterday') return dayRange(now, 1);
      const range = readRange(await typedValue(at, { type, value }, message), now);
      if (!range) throw new NodeError('EINVAL', texts('fault.no-range'));
      return range;
    };

    startAskNode({
      RED,
      node,
      server: config.server,
      scope: 'media',
      async answer(message, { ask, send, signal }) {
        const chosen = await chosenCamera(at, config, message);
        if (!chosen) throw new NodeError('EINVAL', shared('fault.no-camera'));
        const { from, to } = await rangeOf(message);
        const query = new URLSearchParams({
          ...{ from: String(from), to: String(to), limit: String(limit) },
          ...('camera' in chosen && { camera: chosen.camera }),
          ...(kinds.length > 0 && { kinds: kinds.join(',') }),
        });
        const { clips } = (await ask({ method: 'GET', path: `/clips?${query}` })) as ClipsReply;
        const { length } = clips;
        const badge = eventStatus(
          length === 1 ? texts('status.one-clip') : texts('status.clips', { clips: length }),
        );
        if (config.output !== 'each') return { outputs: { ...message, payload: clips }, badge };
        const parts = { id: RED.util.generateId(), type: 'array', count: clips.length, len: 1 };
        for (const [index, clip] of clips.entries()) {
          if (signal.aborted) break;
          send({
            ...RED.util.cloneMessage(message),
            ...{ payload: clip, clip: structuredClone(clip), parts: { ...parts, index } },
          });
        }
        return { outputs: null, badge };
      },
    });
  });
}
