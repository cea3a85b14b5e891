import { type Asking, type Message, startAskNode } from './lib/ask-node.ts';
import { type CameraSettings, chosenCamera } from './lib/camera-choice.ts';
import { type ControlAction, clipOf, controlAction, controlOrder } from './lib/control-order.ts';
import { inTurn } from './lib/in-turn.ts';
import { NodeError } from './lib/node-error.ts';
import type { NodeConfig, NodeRed } from './lib/node-red.ts';
import { registerNode } from './lib/register-node.ts';
import { eventStatus } from './lib/status.ts';
import { clockTime, textsOf } from './lib/texts.ts';
import { typedValue } from './lib/typed-value.ts';

interface ControlConfig extends NodeConfig, CameraSettings {
  server?: string;
  action?: unknown;
  /** How long a snooze lasts, in minutes: a number, or where it stands. */
  duration?: unknown;
  durationType?: unknown;
}

/** An order that had to wait longer for those before it is not carried out any more: nobody expects it now. */
const LATE_MS = 10_000;

/** Rings, reports motion, switches privacy and detection, keeps a recording, and tells what the household does. */
export default function control(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-control');

  registerNode<ControlConfig>(RED, 'doorstep-control', (node, config) => {
    const at = { RED, node };
    const missing = (key: string) =>
      new NodeError('EINVAL', (key === 'no-camera' ? textsOf(RED) : texts)(`fault.${key}`));
    const carryOut = async (action: ControlAction, message: Message, { ask }: Asking) => {
      const named = await chosenCamera(at, config, message);
      const minutes = { type: config.durationType, value: config.duration };
      const order = controlOrder(action, {
        camera: named && 'camera' in named ? named.camera : undefined,
        minutes: action === 'snooze' ? await typedValue(at, minutes, message) : undefined,
        clip: clipOf(message),
      });
      if ('missing' in order) throw missing(order.missing);
      return ask(order);
    };
    // What is switched on and off again must not end up on.
    const oneByOne = inTurn();

    startAskNode({
      ...at,
      server: config.server,
      scope: 'control',
      async answer(message, asking) {
        const action = controlAction(config.action, message);
        if (!action) throw missing('no-action');
        const cameAt = performance.now();
        const payload = await oneByOne(async () => {
          if (performance.now() - cameAt > LATE_MS) asking.fail({ code: 'timeout' });
          return carryOut(action, message, asking);
        });
        const badge = eventStatus(texts(`status.did-${action}`, { time: clockTime(Date.now()) }));
        return { outputs: { ...message, payload }, badge };
      },
    });
  });
}
