/** The package as npm packs and installs it: checks 1 and 2. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleFlows, NODE_DEFINITIONS, NODES_FOLDER, nodesManifest } from '../support/node-red-package.ts';

const run = promisify(execFile);
const LANGUAGES = ['de', 'en-US', 'es', 'fr', 'nl'];
const MOST_BYTES = 3 * 1024 * 1024;

let folder: string;
/** What is in the tarball, by path. */
let packed: string[];
/** A folder with nothing but the package and what it needs. */
let installed: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorstep-pack-'));
  const { stdout } = await npm(
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    NODES_FOLDER,
  );
  const [report] = listed(JSON.parse(stdout));
  packed = report?.files.map(({ path }) => path) ?? [];
  installed = join(folder, 'node-red');
  await mkdir(installed);
  await writeFile(join(installed, 'package.json'), '{"private":true}');
  // What npm would fetch is here already; `--offline` holds npm to it.
  const needed = await Promise.all(Object.keys(nodesManifest.dependencies).map(packNeeded));
  const install = ['install', '--omit=dev', '--engine-strict', '--offline', '--no-audit', '--no-fund'];
  await npm([...install, join(folder, report?.filename ?? ''), ...needed], installed);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const npm = (words: string[], cwd: string) => run('npm', [...words, '--loglevel=error'], { cwd });

interface PackReport {
  filename: string;
  files: { path: string }[];
}
/** An array, or in newer versions of npm an object by package. */
const listed = (report: unknown) => Object.values(report as object) as PackReport[];

async function packNeeded(name: string): Promise<string> {
  const source = join(NODES_FOLDER, '..', 'node_modules', name);
  const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], source);
  return join(folder, listed(JSON.parse(stdout))[0]?.filename ?? '');
}

test('check 1: npm packs all that Node-RED looks for', () => {
  for (const { type, isConfig } of NODE_DEFINITIONS) {
    const beside = 'dist/node-red-nodes';
    expect(packed).toEqual(expect.arrayContaining([`${beside}/${type}.js`, `${beside}/${type}.html`]));
    if (!isConfig) expect(packed).toContain(`${beside}/icons/${type}.svg`);
    for (const language of LANGUAGES)
      for (const kind of ['json', 'html'])
        expect(packed).toContain(`${beside}/locales/${language}/${type}.${kind}`);
  }
  for (const { file } of exampleFlows()) expect(packed).toContain(`examples/${file}`);
  expect(packed).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'resources/editor.js']));
});

test('check 1: and nothing that it does not need', () => {
  expect(packed.filter((path) => /\.ts$|\.map$|\btest\b|tsconfig|node_modules/.test(path))).toEqual([]);
});

test('check 2: an empty folder takes it with one package more, in 3 MB, without a script', async () => {
  const modules = join(installed, 'node_modules');
  const tops = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  expect(tops.toSorted()).toEqual(['@homebridge-doorstep', 'ws']);
  const files = await readdir(modules, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  for (const file of files.filter(({ name }) => name === 'package.json')) {
    const { scripts = {} } = (await import(join(file.parentPath, file.name), { with: { type: 'json' } }))
      .default;
    for (const script of ['preinstall', 'install', 'postinstall']) expect(scripts).not.toHaveProperty(script);
  }
});

/**
 * What a Node-RED that finds the package beside itself does: it loads every node, whether anybody uses it or not. Prints what that did beyond
 * telling the types and the routes of the editor, and what was there before and after. It must end by itself as well.
 */
const LOAD_ALL = `
const fs = require('node:fs');
const did = [];
for (const name of Object.keys(fs).filter((name) => /^(write|append|mkdir|mkdtemp|createWrite|watch)/.test(name))) {
  const real = fs[name];
  fs[name] = (...words) => (did.push('fs.' + name), real(...words));
}
const types = [];
const quiet = { nodes: { registerType: (type) => types.push(type) }, httpAdmin: {}, auth: {}, settings: {} };
for (const method of ['get', 'post', 'put', 'delete']) quiet.httpAdmin[method] = () => {};
quiet.auth.needsPermission = () => () => {};
const RED = new Proxy(quiet, { get: (known, name) => known[name] ?? (() => did.push('RED.' + String(name))) });
const there = () => JSON.stringify([
  process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  process.getActiveResourcesInfo().sort(),
]);
const before = there();
(async () => {
  for (const file of JSON.parse(process.argv[1])) await require(file).default(RED);
  console.log(JSON.stringify({ types, did, before, after: there() }));
})();
`;

test('check 2: found in a folder above, it loads and does nothing until there is a node', async () => {
  // As beside a Node-RED that is installed globally: further up, not in its own folder.
  const user = join(folder, 'global', 'lib', 'user');
  await mkdir(user, { recursive: true });
  await cp(join(installed, 'node_modules'), join(folder, 'global', 'node_modules'), { recursive: true });
  const found = join(folder, 'global', 'node_modules', nodesManifest.name);
  const files = Object.values(nodesManifest['node-red'].nodes).map((file) => join(found, file));
  const { stdout } = await run(process.execPath, ['-e', LOAD_ALL, JSON.stringify(files)], { cwd: user });
  const { types, did, before, after } = JSON.parse(stdout) as Record<string, unknown>;
  expect(types).toEqual(NODE_DEFINITIONS.map(({ type }) => type));
  expect(did).toEqual([]);
  expect(after).toBe(before);
});
