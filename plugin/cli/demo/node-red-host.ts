/** A Node-RED of our own on this machine: real, started in a folder of its own, with the Doorstep nodes in its palette. */
import { randomBytes } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StartChild } from '../../system/child.ts';
import { ProblemError } from '../../system/problem.ts';

/** One node of a flow, as the editor exports it; `credentials` go in and never come out. */
export interface FlowNode {
  id: string;
  type: string;
  credentials?: Record<string, string>;
  [property: string]: unknown;
}

export interface NodeRedOptions {
  startChild: StartChild;
  /** `red.js` of the installed Node-RED. */
  script: string;
  /** Folder of the built package `@homebridge-doorstep/node-red`. */
  nodes: string;
  /** Its user directory: an empty folder, or one from an earlier start. */
  userDir: string;
  flows: readonly FlowNode[];
  /** Default 0: any free one. It listens on loopback alone. */
  port?: number;
  /** Asked of every request to the editor and its API; left out, whoever reaches the port may in. */
  adminToken?: string;
  /** Language of its texts; default that of this machine. */
  language?: string;
  /** Each line that it logs. */
  onLine?: (line: string) => void;
  signal?: AbortSignal;
}

export interface NodeRed extends AsyncDisposable {
  /** The editor: `http://127.0.0.1:1880`. */
  readonly url: string;
  /** A request to the editor's API, signed in. */
  admin(path: string, init?: RequestInit): Promise<Response>;
  /** The deployed flows; without credentials. */
  flows(): Promise<FlowNode[]>;
  /** Deploys, as the editor's button does; resolves when Node-RED has taken the flows and is starting them. */
  deploy(flows: readonly FlowNode[]): Promise<void>;
}

const PACKAGE = '@homebridge-doorstep/node-red';
const LAST_LINES = 20;

/**
 * Starts Node-RED and deploys the flows. Disposing it ends the program.
 * @throws ProblemError `node-red-failed` with the last lines of its log
 */
export async function startNodeRed(options: NodeRedOptions): Promise<NodeRed> {
  const { startChild, script, userDir, flows, adminToken, onLine, signal } = options;
  await prepareUserDir(options);
  signal?.throwIfAborted();
  const child = startChild(process.execPath, [script, '--userDir', userDir], { graceMs: 10_000 });
  const lines: string[] = [];
  const { promise: listening, resolve: setUrl } = Promise.withResolvers<string>();
  const output = child.outputs[0];
  if (output) {
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LAST_LINES) lines.shift();
      onLine?.(line);
      const url = /Server now running at (http:\/\/[\d.]+:\d+)/.exec(line)?.[1];
      if (url) setUrl(url);
    });
  }
  const failed = child.exited.then(({ stderrTail }) => {
    throw new ProblemError({
      code: 'node-red-failed',
      what: `Node-RED ended before it was ready: ${[...lines, ...stderrTail].slice(-3).join(' | ')}`,
      cure: 'Read its whole log above this line.',
    });
  });

  const onAbort = () => void child.stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  const stop = async () => {
    signal?.removeEventListener('abort', onAbort);
    await child.stop();
  };
  try {
    const url = await Promise.race([listening, failed]);
    failed.catch(() => {});
    const nodeRed: NodeRed = { url, ...adminApi(url, adminToken), [Symbol.asyncDispose]: stop };
    await nodeRed.deploy(flows);
    return nodeRed;
  } catch (error) {
    await stop();
    throw error;
  }
}

function adminApi(url: string, token: string | undefined): Pick<NodeRed, 'admin' | 'flows' | 'deploy'> {
  const admin: NodeRed['admin'] = (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (token) headers.set('authorization', `Bearer ${token}`);
    return fetch(new URL(path, `${url}/`), { ...init, headers });
  };
  const checked = async (response: Response) => {
    if (response.ok) return response;
    throw new ProblemError({
      code: 'node-red-refused',
      what: `Node-RED answered ${response.status} to ${new URL(response.url).pathname}: ${await response.text()}`,
      cure: 'Check the flows.',
    });
  };
  return {
    admin,
    async flows() {
      return (await checked(await admin('flows'))).json() as Promise<FlowNode[]>;
    },
    async deploy(flows) {
      const headers = { 'content-type': 'application/json', 'node-red-deployment-type': 'full' };
      await checked(await admin('flows', { method: 'POST', headers, body: JSON.stringify(flows) }));
    },
  };
}

async function prepareUserDir(options: NodeRedOptions): Promise<void> {
  const { userDir, nodes } = options;
  // They come by deployment; old ones would run first, and their credentials had another key.
  for (const file of ['flows.json', 'flows_cred.json']) await rm(join(userDir, file), { force: true });
  const link = join(userDir, 'node_modules', PACKAGE);
  await mkdir(join(link, '..'), { recursive: true });
  await symlink(nodes, link, 'junction').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await writeFile(
    join(userDir, 'package.json'),
    JSON.stringify({ name: 'doorstep-node-red', private: true, dependencies: { [PACKAGE]: '*' } }),
  );
  await writeFile(join(userDir, 'settings.js'), settings(options), { mode: 0o600 });
}

/** A settings file that keeps to this machine: loopback, no telemetry, nothing fetched, no tour in the way. */
function settings({ port = 0, adminToken, language }: NodeRedOptions): string {
  const plain = {
    uiHost: '127.0.0.1',
    uiPort: port,
    ...(language && { lang: language }),
    flowFile: 'flows.json',
    credentialSecret: randomBytes(16).toString('hex'),
    telemetry: { enabled: false, updateNotification: false },
    diagnostics: { enabled: false },
    externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
    editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] } },
    logging: { console: { level: 'info', metrics: false, audit: false } },
  };
  const auth = adminToken
    ? `settings.adminAuth = {
  type: 'credentials',
  users: [],
  tokens: async (token) => token === ${JSON.stringify(adminToken)} ? { username: 'owner', permissions: '*' } : null,
};
`
    : '';
  return `const settings = ${JSON.stringify(plain, null, 2)};\n${auth}module.exports = settings;\n`;
}
