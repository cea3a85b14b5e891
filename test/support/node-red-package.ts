/** The package of nodes as its sources say it: what the manifest lists, and what each page registers. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import type { NodeRed } from '../../node-red-nodes/lib/node-red.ts';
import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';

export const NODES_FOLDER = fileURLToPath(new URL('../../node-red-nodes', import.meta.url));

export interface NodesManifest {
  name: string;
  version: string;
  license: string;
  keywords: string[];
  files: string[];
  scripts?: Record<string, string>;
  repository?: object;
  bugs?: object;
  dependencies: Record<string, string>;
  'node-red': { version: string; nodes: Record<string, string> };
}

export const nodesManifest = JSON.parse(
  readFileSync(join(NODES_FOLDER, 'package.json'), 'utf8'),
) as NodesManifest;

/** What a node's page tells the editor. */
export interface NodeDefinition {
  type: string;
  /** A configuration has no place in a flow. */
  isConfig: boolean;
  inputs: number;
  outputs: number;
  /** The properties of a new node, with the values that it begins with. */
  defaults: Record<string, unknown>;
  /** Names of the properties that hold the id of a hub. */
  servers: string[];
  /** What can be chosen from the lists of its dialog, by property. */
  choices: Record<string, string[]>;
}

interface Registered {
  category?: string;
  inputs?: number;
  outputs?: number;
  defaults?: Record<string, { value: unknown; type?: string }>;
}

/** All nodes of the package, in the order of the manifest. */
export const NODE_DEFINITIONS: readonly NodeDefinition[] = Object.entries(
  nodesManifest['node-red'].nodes,
).map(([type, file]) => {
  const page = readFileSync(join(NODES_FOLDER, `${basename(file, '.js')}.html`), 'utf8');
  const { category, inputs = 0, outputs = 0, defaults = {} } = registered(type, page);
  const properties = Object.entries(defaults);
  return {
    ...{ type, inputs, outputs, isConfig: category === 'config' },
    defaults: Object.fromEntries(properties.map(([name, { value }]) => [name, plain(value)])),
    servers: properties.filter(([, property]) => property.type === 'doorstep-server').map(([name]) => name),
    choices: choicesIn(page),
  };
});

/** Those that have a place in a flow. */
export const FLOW_NODES = NODE_DEFINITIONS.filter(({ isConfig }) => !isConfig);

/** Runs the page's script as the editor would, with an editor that does nothing. */
function registered(type: string, page: string): Registered {
  let found: Registered | undefined;
  const anything: object = new Proxy(() => {}, { get: () => anything, apply: () => anything });
  const RED = {
    nodes: {
      registerType: (name: string, definition: Registered) => {
        if (name === type) found = definition;
      },
    },
    validators: anything,
  };
  // Whatever shared code a page builds on; what the language has, the context has.
  const globals = new Proxy<Record<string, unknown>>(
    { RED },
    {
      get: (own, name) =>
        typeof name === 'symbol' || name in globalThis ? undefined : (own[name] ?? anything),
    },
  );
  for (const [, script = ''] of page.matchAll(/<script type="text\/javascript">([\S\s]*?)<\/script>/g))
    runInNewContext(script, globals);
  if (!found) throw new Error(`The page of ${type} does not register it.`);
  return found;
}

/** `{action: ['ring', 'motion']}` */
function choicesIn(page: string): Record<string, string[]> {
  const lists = page.matchAll(/<select id="node-input-([\w-]+)"[^>]*>([\S\s]*?)<\/select>/g);
  return Object.fromEntries(
    [...lists]
      .map(([, name = '', options = '']): [string, string[]] => [
        name,
        [...options.matchAll(/<option value="([^"]*)"/g)].map(([, value = '']) => value),
      ])
      // Others are filled when the dialog opens.
      .filter(([, values]) => values.length > 0),
  );
}

/** Of this realm. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** The code of all nodes, as Node-RED would load it. */
export async function loadNodes(): Promise<((RED: NodeRed) => void)[]> {
  return Promise.all(
    NODE_DEFINITIONS.map(async ({ type }) => {
      const module = (await import(join(NODES_FOLDER, `${type}.ts`))) as { default: (RED: NodeRed) => void };
      return module.default;
    }),
  );
}

/** A new node as the palette makes it, on the tab `tab`, with the hub `hub`; unwired. */
export function newNode({ type, defaults, servers, outputs }: NodeDefinition, id: string): FlowNode {
  const hubs = Object.fromEntries(servers.map((name) => [name, 'hub']));
  const wires: string[][] = Array.from({ length: outputs }, () => []);
  return { id, type, z: 'tab', x: 100, y: 100, ...structuredClone(defaults), ...hubs, wires };
}

export interface ExampleFlow {
  file: string;
  flow: FlowNode[];
}

/** The flows that the editor offers to import. */
export function exampleFlows(): ExampleFlow[] {
  const folder = join(NODES_FOLDER, 'examples');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ file, flow: JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowNode[] }));
}
