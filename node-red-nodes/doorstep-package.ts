import type { DoorstepEvent } from '../protocol/event.ts';
import { type EventConfig, readScore, readWait } from './lib/event-config.ts';
import { readCameras, readNames } from './lib/event-filter.ts';
import { findServer, startEventNode } from './lib/event-node.ts';
import { readPayload } from './lib/message.ts';
import type { NodeRed } from './lib/node-red.ts';
import { PACKAGE_OUTPUTS, PackageGate } from './lib/package-gate.ts';
import { registerNode } from './lib/register-node.ts';
import { clockTime, textsOf } from './lib/texts.ts';

interface PackageConfig extends EventConfig {
  /** Name of an area; empty means anywhere. */
  zone?: string;
  /** 0 to 1; a string when it comes from an environment variable. */
  minScore?: number | string;
  /** Which removals go to the second output; none means all. */
  verdicts?: unknown;
}

/** Starts a flow when a package is put down (first output), is gone (second), or what was said of one is corrected (third). */
export default function packages(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-package');

  registerNode<PackageConfig>(RED, 'doorstep-package', (node, config) => {
    const cameras = readCameras(config.cameras);
    const count = () => findServer(RED, config.server)?.packagesAt(cameras) ?? 0;
    const gate = new PackageGate({
      minScore: readScore(config.minScore),
      zone: config.zone ?? '',
      verdicts: readNames(config.verdicts),
    });
    const onPorch = () => texts('status.on-porch', { count: count() });
    const badgeOf = ({ phase, at, package: parcel }: DoorstepEvent) => {
      const time = clockTime(at);
      if (phase === 'removed') return texts(`status.${parcel?.verdict ?? 'unknown'}`, { time });
      if (phase === 'corrected' && count() === 0) return texts('status.corrected', { time });
      return onPorch();
    };
    const eventNode = startEventNode({
      RED,
      node,
      server: config.server,
      filter: { subjects: ['package'], cameras, replay: config.replay !== false },
      payload: readPayload(config.payload),
      waitMs: readWait(config.wait),
      onConnected: () => (count() > 0 ? onPorch() : undefined),
      onEvent: (event) => {
        const output = gate.take(event);
        if (output) eventNode.send(event, { badge: badgeOf(event), output: PACKAGE_OUTPUTS.indexOf(output) });
      },
    });
  });
}
