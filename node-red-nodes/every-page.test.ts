/** What holds for the page and the files of every node: parts of checks 1, 7 to 10. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { NODE_DEFINITIONS, nodesManifest } from '../test/support/node-red-package.ts';
import { MIGRATIONS, migrate, versionOf } from './lib/migrate.ts';

const root = import.meta.dirname;
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const COLOR = /#[0-9a-f]{3,8}\b(?=[;"'\s])|\b(?:rgba?|hsla?)\(|:\s*(?:white|black|red|green|blue|gr[ae]y)\b/i;

type Catalog = { [key: string]: string | Catalog };

/** Whether the English catalog of a node has this text; `locales.test.ts` holds the others to it. */
function hasText(node: string, key: string): boolean {
  const catalog = JSON.parse(read(`locales/en-US/${node}.json`)) as Catalog;
  const found = key
    .split('.')
    .reduce<string | Catalog | undefined>(
      (at, name) => (typeof at === 'object' ? at[name] : undefined),
      catalog,
    );
  return typeof found === 'string' && found !== '';
}

const tests = readdirSync(root)
  .filter((file) => file.endsWith('.test.ts'))
  .map(read);

describe.each(NODE_DEFINITIONS)('$type', ({ type, defaults }) => {
  const page = read(`${type}.html`);

  test('check 7: each text of its page is in the catalogs', () => {
    const marked = [...page.matchAll(/data-i18n="([^"]+)"/g)].flatMap(([, keys = '']) => keys.split(';'));
    const said = [...page.matchAll(/this\._\('([\w.-]+)'\)/g)].map(([, key = '']) => key);
    const keys = [...marked.map((key) => key.replace(/^\[[\w-]+\]/, '')), ...said];
    for (const key of keys.filter((name) => !name.startsWith('node-red:'))) {
      const [, node = type, own = key] = /^@[\w-]+\/[\w-]+\/([\w-]+):(.+)$/.exec(key) ?? [];
      expect([key, hasText(node, own)]).toEqual([key, true]);
    }
  });

  test('check 7: no colour of its own but that of the node', () => {
    const parts = [...page.matchAll(/<style>([\S\s]*?)<\/style>|style="([^"]*)"/g)].map(([part]) => part);
    for (const part of parts) expect(part).not.toMatch(COLOR);
  });

  test('check 1: the shared code that its page loads is in the package', () => {
    expect(nodesManifest.files).toContain('resources');
    const sources = [...page.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+)"/g)].map(
      ([, source = '']) => source,
    );
    const [ours, foreign] = [true, false].map((own) =>
      sources.filter((source) => source.startsWith(`resources/${nodesManifest.name}/`) === own),
    );
    expect(foreign).toEqual([]);
    const made = read('../scripts/build-node-red.mjs');
    for (const source of ours ?? []) {
      const [file = ''] = source.split('/').slice(-1);
      expect([source, existsSync(join(root, 'resources', file)) || made.includes(`'${file}'`)]).toEqual([
        source,
        true,
      ]);
    }
  });

  test('checks 8 and 9: it has a test in the runtime', () => {
    expect(tests.some((text) => text.includes(`'./${type}.ts'`))).toBe(true);
  });

  test('check 10: whatever version saved it, there is a way to the shape of now', () => {
    expect(versionOf(type)).toBe(defaults.version);
    const steps = MIGRATIONS[type] ?? [];
    expect(steps.map(({ version }) => version)).toEqual(steps.map((_, index) => index + 2));
    const first = Object.fromEntries(
      Object.entries(defaults).filter(([name]) => !madeByMigration(type, name)),
    );
    for (let version = 1; version <= versionOf(type); version += 1) {
      const migrated = migrate(type, { ...first, version });
      expect(migrated).toMatchObject({ is: 'current', stored: { version: defaults.version } });
      if (version === 1 && migrated.is === 'current')
        expect(Object.keys(migrated.stored)).toEqual(expect.arrayContaining(Object.keys(defaults)));
    }
  });
});

test.each(readdirSync(join(root, 'resources')))(
  'check 1: %s can be loaded before the other shared files',
  (file) => {
    // The editor fetches them side by side; what comes first, runs first.
    expect(() => runInNewContext(read(`resources/${file}`), { window: {} })).not.toThrow();
  },
);

test('check 10: there is no migration for what is no node', () => {
  const types = NODE_DEFINITIONS.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(Object.keys(MIGRATIONS)));
});

/** Whether a later version brought this property. */
function madeByMigration(type: string, property: string): boolean {
  const made = migrate(type, { version: 1 });
  return made.is === 'current' && property !== 'version' && property in made.stored;
}
