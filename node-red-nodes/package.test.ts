/** What Node-RED, its palette manager, the Flow Library and its scorecard expect of the package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseAst } from 'vite';
import { describe, expect, test } from 'vitest';
import { NODE_ERRORS } from './lib/node-error.ts';

const root = import.meta.dirname;
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Manifest {
  name: string;
  license: string;
  keywords: string[];
  files: string[];
  scripts?: object;
  repository?: object;
  bugs?: object;
  dependencies: Record<string, string>;
  'node-red': { version: string; nodes: Record<string, string> };
}
const manifest = JSON.parse(read('package.json')) as Manifest;

/** The part of a syntax tree that the Flow Library looks at. */
interface Tree {
  type: string;
  name?: string;
  value?: unknown;
  key?: Tree;
  callee?: Tree;
  property?: Tree;
  arguments?: Tree[];
  properties?: Tree[];
}

function* calls(tree: unknown): Generator<Tree> {
  if (typeof tree !== 'object' || tree === null) return;
  if ((tree as Tree).type === 'CallExpression') yield tree as Tree;
  for (const child of Object.values(tree)) yield* calls(child);
}

/**
 * Node types as the Flow Library finds them (node-red/flow-library, lib/modules.js): literal type, inline definition, in a script of type
 * text/javascript, in the page beside the `.js` file. Throws where the library would note an error.
 */
function typesInPage(page: string): Map<string, Map<string, Tree>> {
  const types = new Map<string, Map<string, Tree>>();
  for (const [, script = ''] of page.matchAll(
    /<script.+?type=['"]text\/javascript['"].*?>([\S\s]*?)<\/script>/gi,
  )) {
    for (const call of calls(parseAst(script))) {
      if (call.callee?.property?.name !== 'registerType') continue;
      const [type, definition] = call.arguments ?? [];
      if (type?.type !== 'Literal' || definition?.type !== 'ObjectExpression') throw new Error('not literal');
      types.set(
        String(type.value),
        new Map(definition.properties?.map(({ key, value }) => [String(key?.name), value as Tree])),
      );
    }
  }
  return types;
}

describe.each(Object.entries(manifest['node-red'].nodes))('%s', (name, file) => {
  const page = read(`${basename(file, '.js')}.html`);
  const definition = typesInPage(page).get(name);

  test('is found by the parser of the Flow Library', () => {
    expect([...typesInPage(page).keys()]).toEqual([name]);
    expect(definition?.get('defaults')?.type).toBe('ObjectExpression');
    const literals =
      definition?.get('category')?.value === 'config' ? [] : ['icon', 'color', 'inputs', 'outputs'];
    for (const key of literals) expect([key, definition?.get(key)?.type]).toEqual([key, 'Literal']);
  });

  test('has source, compiled place and a version for later migrations', () => {
    expect(existsSync(join(root, `${name}.ts`))).toBe(true);
    expect(dirname(file)).toBe('dist/node-red-nodes');
    const defaults = definition?.get('defaults')?.properties?.map(({ key }) => key?.name);
    expect(defaults).toContain('version');
  });

  test('has its white icon, 2 to 3, unless it is a configuration', () => {
    const icon = definition?.get('icon')?.value;
    if (definition?.get('category')?.value === 'config') return expect(icon).toBeUndefined();
    const drawing = read(`icons/${icon}`);
    expect(drawing).toContain('width="40" height="60"');
    expect([...drawing.matchAll(/#[0-9a-f]{3,6}/gi)].every(([color]) => color === '#fff')).toBe(true);
  });

  test('styles with the variables of the theme alone', () => {
    const style = page.replace(/^\s*color: '#\w+',$/m, '');
    expect(style).not.toMatch(/#[0-9a-f]{3,8}\b(?=[;"'])|rgba?\(/i);
  });
});

interface ExampleNode {
  id: string;
  type: string;
  wires?: string[][];
  scope?: string[] | null;
  server?: string;
  version?: number;
  env?: { name: string; type: string; value?: unknown }[];
}
const examples = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ file, flow: JSON.parse(read(`examples/${file}`)) as ExampleNode[] }));
const CORE = [
  ...['tab', 'comment', 'debug', 'inject', 'catch', 'link in', 'link out', 'websocket-listener'],
  ...['change', 'switch', 'function', 'template', 'trigger', 'delay', 'rbe', 'join', 'split'],
  ...['http request', 'http in', 'http response', 'websocket out'],
];

test.each(examples)(
  'example $file: our nodes and core nodes, explained, wired to what is there',
  ({ flow }) => {
    const types = flow.map(({ type }) => type);
    for (const type of types) expect([...CORE, ...Object.keys(manifest['node-red'].nodes)]).toContain(type);
    expect(types).toContain('comment');
    const ids = flow.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { wires = [], scope, server } of flow)
      for (const id of [...wires.flat(), ...(scope ?? []), ...(server ? [server] : [])])
        expect(ids).toContain(id);
  },
);

test.each(examples)('example $file: carries no secret, no address of somebody', ({ file, flow }) => {
  // A variable of type `cred` is kept with the credentials; its value is in no export.
  for (const { env = [] } of flow)
    for (const { name, type, value } of env)
      expect([name, type, value]).toEqual(
        /TOKEN|KEY|PASSWORD|CHAT/.test(name) ? [name, 'cred', undefined] : [name, type, expect.anything()],
      );
  expect(read(`examples/${file}`)).not.toMatch(/"credentials"|dst_|\bBearer \w|192\.168\.|@\w+\.\w/);
});

/** What a node in a flow has whatever its type. */
const ANYWHERE = ['id', 'type', 'z', 'x', 'y', 'wires'];

test.each(examples)('example $file: properties and version of our nodes are those of now', ({ flow }) => {
  for (const node of flow) {
    const file = manifest['node-red'].nodes[node.type];
    if (!file) continue;
    const page = read(`${basename(file, '.js')}.html`);
    const defaults = typesInPage(page).get(node.type)?.get('defaults')?.properties ?? [];
    const names = [...ANYWHERE, ...defaults.map(({ key }) => key?.name)];
    for (const name of Object.keys(node)) expect([node.type, ...names]).toContain(name);
    const version = defaults.find(({ key }) => key?.name === 'version')?.value as Tree | undefined;
    const now = version?.properties?.find(({ key }) => key?.name === 'value')?.value as Tree | undefined;
    expect([node.type, node.version]).toEqual([node.type, now?.value]);
  }
});

test('every node is in an example', () => {
  const shown = examples.flatMap(({ flow }) => flow.map(({ type }) => type));
  for (const type of Object.keys(manifest['node-red'].nodes)) expect(shown).toContain(type);
});

test('each recipe has its page, and each page of a recipe its flow and picture', () => {
  const pages = join(root, '../docs/recipes');
  const files = readdirSync(pages).filter((file) => file !== 'README.md');
  const texts = files.map((file) => readFileSync(join(pages, file), 'utf8'));
  for (const file of readdirSync(join(root, 'examples/recipes')))
    expect(texts.some((text) => text.includes(`\`${basename(file, '.json')}\``))).toBe(true);
  const index = readFileSync(join(pages, 'README.md'), 'utf8');
  for (const [place, file] of files.entries()) {
    expect(index).toContain(`](${file})`);
    // Without Node-RED there is no flow.
    if (file !== 'home-assistant.md') expect(texts[place]).toMatch(/\]\(\.\.\/screens\/recipe-[\w-]+\.png\)/);
  }
});

describe('the README', () => {
  const readme = read('README.md');
  const nodes = Object.keys(manifest['node-red'].nodes);

  test.each(nodes)('has %s in its table, with as many inputs and outputs', (type) => {
    const row = readme
      .split('\n')
      .find((line) => line.startsWith(`| **${type.replace('doorstep-', '')}** |`));
    const definition = typesInPage(read(`${type}.html`)).get(type);
    if (definition?.get('category')?.value === 'config') return expect(row).toContain('configuration');
    const number = (key: string) => definition?.get(key)?.value;
    expect(row).toMatch(new RegExp(`\\| ${number('inputs')} → ${number('outputs')}\\b`));
  });

  test('has every badge and every error code', () => {
    for (const type of nodes) {
      const { status = {} } = JSON.parse(read(`locales/en-US/${type}.json`)) as { status?: object };
      for (const badge of Object.values(status) as string[])
        expect(readme).toContain(`\`${badge.replace(/__\w+?__/g, '…')}\``);
    }
    for (const code of NODE_ERRORS) expect(readme).toContain(`| \`${code}\` |`);
  });

  test('links to files of the repository that are there', () => {
    const links = [...readme.matchAll(/homebridge-doorstep\/(?:blob\/)?main\/([\w./-]+)/g)];
    expect(links.length).toBeGreaterThan(4);
    for (const [, path = ''] of links)
      expect([path, existsSync(join(root, '..', path))]).toEqual([path, true]);
  });
});

test('the manifest passes the scorecard', () => {
  expect(manifest.name).toMatch(/^@[\w-]+\/[\w-]+$/);
  expect(manifest.license).toBe('Apache-2.0');
  expect(manifest.keywords).toContain('node-red');
  expect(manifest['node-red'].version).toBe('>=4.0.0');
  expect(Object.keys(manifest.dependencies)).toEqual(['ws']);
  expect(manifest).toMatchObject({ repository: {}, bugs: {} });
  // `prepack` runs where it is packed; nothing may run where it is installed.
  expect(Object.keys(manifest.scripts ?? {})).toEqual(['prepack']);
  for (const file of manifest.files.filter((name) => name !== 'dist'))
    expect(existsSync(join(root, file))).toBe(true);
});
