import { type EventConfig, readScore, readWait } from './lib/event-config.ts';
import { readCameras } from './lib/event-filter.ts';
import { startEventNode } from './lib/event-node.ts';
import { readPayload } from './lib/message.ts';
import { MotionGate, type MotionStep } from './lib/motion-gate.ts';
import type { NodeRed } from './lib/node-red.ts';
import { registerNode } from './lib/register-node.ts';
import { clockTime, textsOf } from './lib/texts.ts';

interface MotionConfig extends EventConfig {
  /** `any`, or people only. */
  what?: unknown;
  /** Name of an area; empty means anywhere. */
  zone?: string;
  /** 0 to 1; a string when it comes from an environment variable. */
  minScore?: number | string;
  /** Seconds. */
  minDuration?: number | string;
}

/** Starts a flow when something moves (first output) and when it is still again (second output). */
export default function motion(RED: NodeRed): void {
  const texts = textsOf(RED);

  registerNode<MotionConfig>(RED, 'doorstep-motion', (node, config) => {
    const gate = new MotionGate({
      minScore: readScore(config.minScore),
      minDurationMs: (Number(config.minDuration) || 0) * 1000,
      label: config.what === 'person' ? 'person' : undefined,
      zone: config.zone || undefined,
      replay: config.replay !== false,
    });
    const waits = new Map<string, NodeJS.Timeout>();

    const follow = (steps: MotionStep[]) => {
      for (const step of steps) {
        if (step.say === 'wait') {
          const { camera, inMs } = step;
          waits.set(
            camera,
            setTimeout(() => follow(gate.due(camera)), inMs),
          );
        } else {
          const { say, event, picture } = step;
          const badge = texts(`status.${event.label ?? 'motion'}-${say}`, { time: clockTime(event.at) });
          eventNode.send(event, { badge, picture, output: say === 'start' ? 0 : 1 });
        }
      }
    };
    const eventNode = startEventNode({
      RED,
      node,
      server: config.server,
      // Which of what was missed counts, the gate knows.
      filter: { subjects: ['motion'], cameras: readCameras(config.cameras), replay: true },
      payload: readPayload(config.payload),
      waitMs: readWait(config.wait),
      onEvent: (event) => {
        if (event.phase !== 'update') clearTimeout(waits.get(event.camera?.id ?? ''));
        follow(gate.take(event));
      },
      onClose: () => {
        for (const wait of waits.values()) clearTimeout(wait);
      },
    });
  });
}
