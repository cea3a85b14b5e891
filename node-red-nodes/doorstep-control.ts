import { startAskNode } from './lib/ask-node.ts';
import { type CameraSettings, chosenCamera } from './lib/camera-choice.ts';
import { clipOf, controlAction, controlOrder } from './lib/control-order.ts';
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

/** Rings, reports motion, switches privacy and detection, keeps a recording, and tells what the household does. */
export default function control(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-control');

  registerNode<ControlConfig>(RED, 'doorstep-control', (node, config) => {
    const at = { RED, node };
    const missing = (key: string) =>
      new NodeError('EINVAL', (key === 'no-camera' ? textsOf(RED) : texts)(`fault.${key}`));
    startAskNode({
      ...at,
      server: config.server,
      scope: 'control',
      async answer(message, { ask }) {
        const action = controlAction(config.action, message);
        if (!action) throw missing('no-action');
        const named = await chosenCamera(at, config, message);
        const order = controlOrder(action, {
          camera: named && 'camera' in named ? named.camera : undefined,
          minutes: await typedValue(at, { type: config.durationType, value: config.duration }, message),
          clip: clipOf(message),
        });
        if ('missing' in order) throw missing(order.missing);
        const payload = await ask(order);
        const badge = eventStatus(texts(`status.did-${action}`, { time: clockTime(Date.now()) }));
        return { outputs: { ...message, payload }, badge };
      },
    });
  });
}
