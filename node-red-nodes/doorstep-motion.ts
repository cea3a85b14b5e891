import type { DoorstepEvent } from '../protocol/event.ts';
import { readCameras } from './lib/event-filter.ts';
import { startEventNode } from './lib/event-node.ts';
import { eventMessage, readPayload } from './lib/message.ts';
import { MotionGate, type MotionStep } from './lib/motion-gate.ts';
import type { NodeConfig, NodeRed, RedNode } from './lib/node-red.ts';
import { clockTime, textsOf } from './lib/texts.ts';

interface MotionConfig extends NodeConfig {
  server?: string;
  cameras?: unknown;
  payload?: unknown;
  replay?: boolean;
  /** 0 to 1; a string when it comes from an environment variable. */
  minScore?: number | string;
  /** Seconds. */
  minDuration?: number | string;
}

/** Starts a flow when something moves (first output) and when it is still again (second output). */
export default function motion(RED: NodeRed): void {
  const texts = textsOf(RED);

  RED.nodes.registerType('doorstep-motion', function (this: RedNode, config: MotionConfig) {
    RED.nodes.createNode(this, config);
    const payload = readPayload(config.payload);
    const gate = new MotionGate({
      minScore: Number(config.minScore) || 0,
      minDurationMs: (Number(config.minDuration) || 0) * 1000,
    });
    const waits = new Map<string, NodeJS.Timeout>();

    const send = (say: 'start' | 'end', event: DoorstepEvent) => {
      const message = eventMessage(event, { payload, receivedAt: Date.now(), texts });
      this.send(say === 'start' ? [message, null] : [null, message]);
      const label = event.label ?? 'motion';
      eventNode.showSent(texts(`status.${label}-${say}`, { time: clockTime(event.at) }));
    };
    const follow = (steps: MotionStep[]) => {
      for (const step of steps) {
        if (step.say !== 'wait') send(step.say, step.event);
        else
          waits.set(
            step.camera,
            setTimeout(() => follow(gate.due(step.camera)), step.inMs),
          );
      }
    };
    const eventNode = startEventNode({
      RED,
      node: this,
      server: config.server,
      filter: { kind: 'motion', cameras: readCameras(config.cameras), replay: config.replay !== false },
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
