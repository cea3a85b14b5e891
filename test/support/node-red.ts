import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FlowNode, startNodeRed as host, type NodeRed } from '../../plugin/cli/demo/node-red-host.ts';
import { startChild } from '../../plugin/system/child.ts';

export interface TestNodeRed extends NodeRed {
  /** All that it has logged. */
  readonly logLines: readonly string[];
}

/** Those that we promise to run in, by their major number. */
const SCRIPTS = { 4: 'node-red-4/red.js', 5: 'node-red/red.js' } as const;
export type NodeRedVersion = keyof typeof SCRIPTS;

/** Starts the real Node-RED as a child, with the built nodes; disposing it ends the child and removes its folder. */
export async function startNodeRed(options: {
  /** Default 5. */
  version?: NodeRedVersion;
  flows: readonly FlowNode[];
  /** By node id. */
  credentials?: Record<string, Record<string, string>>;
  adminToken?: string;
}): Promise<TestNodeRed> {
  const { version = 5, flows, credentials = {}, adminToken } = options;
  const userDir = await mkdtemp(join(tmpdir(), 'doorstep-node-red-'));
  const removeFolder = () => rm(userDir, { recursive: true, force: true, maxRetries: 5 });
  const logLines: string[] = [];
  try {
    const nodeRed = await host({
      startChild,
      script: createRequire(import.meta.url).resolve(SCRIPTS[version]),
      nodes: fileURLToPath(new URL('../../node-red-nodes', import.meta.url)),
      userDir,
      language: 'en-US',
      flows: flows.map((node) => {
        const secret = credentials[node.id];
        return secret ? { ...node, credentials: secret } : node;
      }),
      ...(adminToken !== undefined && { adminToken }),
      onLine: (line) => logLines.push(line),
    });
    return {
      ...nodeRed,
      logLines,
      async [Symbol.asyncDispose]() {
        await nodeRed[Symbol.asyncDispose]();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
