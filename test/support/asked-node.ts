/** One node that asks, inside Node-RED's own runtime, in front of the real API. */
import { expect, vi } from 'vitest';
import type { NodeRed } from '../../node-red-nodes/lib/node-red.ts';
import type { Scope } from '../../protocol/api.ts';
import { type FakeHub, startFakeHub } from './fake-hub.ts';
import { helper } from './node-red-helper.ts';
import type { SampleMedia } from './sample-media.ts';
import { proxyTo } from './tcp-proxy.ts';

export const PATIENCE = { timeout: 20_000, interval: 5 };

type Message = Record<string, unknown>;

const FEED_AND_MEDIA: Scope[] = ['events', 'media'];

export interface AskedNode extends AsyncDisposable {
  readonly hub: FakeHub;
  /** Loads the node with these settings, wired to what `sent` collects, and waits for the connection. */
  load(settings: object, options?: { scopes?: Scope[]; recordingsFolder?: string }): Promise<void>;
  receive(message: object): void;
  /** What came out of each output, oldest first. */
  readonly sent: [Message[], Message[]];
  /** How each message ended: with the code of its error, or `done`. */
  readonly ends: string[];
  /** Its newest badge, as keys: there are no catalogs. */
  badge(): string | undefined;
  /** Code and words of the newest error. */
  failure(): { code?: string; message?: string } | undefined;
  /** Breaks the connection to the hub; a new one goes through. */
  cut(): void;
  /** Where the node finds the hub. */
  readonly url: string;
  /** Closes the nodes, as a deploy does. */
  unload(): Promise<void>;
}

/** Starts Node-RED with these nodes, and a hub; disposing ends both. */
export async function startAskedNode(
  type: string,
  nodes: ((RED: NodeRed) => void)[],
  media: SampleMedia,
): Promise<AskedNode> {
  await new Promise<void>((resolve) => helper.startServer(resolve));
  const hub = await startFakeHub({ media });
  const proxy = await proxyTo(Number(new URL(hub.api.url).port));
  const texts = /^@homebridge-doorstep\/node-red\/doorstep-[a-z]+:/;
  const asked: AskedNode = {
    hub,
    sent: [[], []],
    ends: [],
    async load(settings, { scopes = FEED_AND_MEDIA, recordingsFolder } = {}) {
      asked.sent[0].length = asked.sent[1].length = asked.ends.length = 0;
      const { token } = hub.auth.createToken({ name: 'test', scopes });
      const flow = [
        {
          ...{ id: 'hub', type: 'doorstep-server', host: '127.0.0.1', tls: false, recordingsFolder },
          port: String(proxy.port),
        },
        { id: 'node', type, server: 'hub', wires: [['first'], ['second']], ...settings },
        { id: 'first', type: 'helper' },
        { id: 'second', type: 'helper' },
      ];
      await helper.load(nodes, flow, { hub: { token } });
      helper.getNode('first').on('input', (message) => asked.sent[0].push(message));
      helper.getNode('second').on('input', (message) => asked.sent[1].push(message));
      helper.getNode('node')._complete = (_message, error) =>
        void asked.ends.push((error as { code?: string } | undefined)?.code ?? 'done');
      const said = () => helper.getNode('node').status.args.map(([{ text = '' }]) => text.replace(texts, ''));
      if (scopes.includes('events'))
        await vi.waitFor(() => expect(said()).toContain('status.connected'), PATIENCE);
    },
    receive: (message) => helper.getNode('node').receive(message),
    badge: () => helper.getNode('node').status.args.at(-1)?.[0].text?.replace(texts, ''),
    failure: () => helper.getNode('node').error.args.at(-1)?.[0] as ReturnType<AskedNode['failure']>,
    cut: () => proxy.cut(),
    url: `http://127.0.0.1:${proxy.port}`,
    unload: () => helper.unload(),
    async [Symbol.asyncDispose]() {
      await helper.unload();
      await new Promise<void>((resolve) => helper.stopServer(resolve));
      await proxy[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
    },
  };
  return asked;
}
