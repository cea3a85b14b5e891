import { authority } from './lib/address.ts';
import { controlOrder } from './lib/control-order.ts';
import { findServer } from './lib/event-node.ts';
import { needsEdit } from './lib/fault.ts';
import { askHub } from './lib/hub-request.ts';
import type { NodeConfig, NodeRed, RedNode } from './lib/node-red.ts';
import { eventStatus, failedStatus, faultStatus } from './lib/status.ts';
import { clockTime, textsOf } from './lib/texts.ts';
import type { DeployedServer } from './lib/try-route.ts';

interface ControlConfig extends NodeConfig {
  server?: string;
  camera?: unknown;
  action?: unknown;
}

/** Rings, reports motion, switches privacy and detection, and tells what the household does. */
export default function control(RED: NodeRed): void {
  const texts = textsOf(RED);

  RED.nodes.registerType('doorstep-control', function (this: RedNode, config: ControlConfig) {
    RED.nodes.createNode(this, config);
    const server = findServer(RED, config.server);
    if (!server) this.status(faultStatus('no-server', texts));
    const closing = new AbortController();

    this.on('input', async (message, send, done) => {
      if (!server) return done(new Error(texts('fault.no-server')));
      const order = controlOrder(config, message);
      if ('missing' in order) return done(new Error(texts(`fault.${order.missing}`)));
      const { deployed } = server as typeof server & DeployedServer;
      const reply = await askHub(deployed, order, closing.signal);
      if (closing.signal.aborted) return done();
      if (reply.ok) {
        this.status(eventStatus(texts(`status.did-${order.action}`, { time: clockTime(Date.now()) })));
        send({ ...message, payload: reply.body });
        return done();
      }
      const { code, detail = '' } = reply.fault;
      const where = deployed.address ? authority(deployed.address) : '';
      // The words of the hub itself say more here than the sentence about tokens for events.
      const words = code === 'not-permitted' ? 'fault.no-control' : `fault.${code}`;
      this.status(needsEdit(reply.fault) ? faultStatus(code, texts) : failedStatus(texts));
      done(new Error(texts(words, { where, detail })));
    });
    this.on('close', (_removed, done) => {
      closing.abort();
      done();
    });
  });
}
