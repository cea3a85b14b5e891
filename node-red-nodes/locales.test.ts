import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAULTS } from './lib/fault.ts';

const folder = join(import.meta.dirname, 'locales');
const languages = readdirSync(folder);
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as {
  'node-red': { nodes: Record<string, string> };
};
const NODES = Object.keys(manifest['node-red'].nodes);
/** nodered.org/docs/creating-nodes/help-style-guide, as Node-RED itself translates it. */
const HEADINGS: Record<string, string[]> = {
  'en-US': ['Inputs', 'Outputs', 'Details', 'References'],
  de: ['Eingaben', 'Ausgaben', 'Details', 'Referenzen'],
  fr: ['Entrées', 'Sorties', 'Détails', 'Références'],
  es: ['Entradas', 'Salidas', 'Detalles', 'Referencias'],
  nl: ['Invoer', 'Uitvoer', 'Details', 'Verwijzingen'],
};
const WORST: Record<string, string> = {
  ...{ time: '23:59', seconds: '30', events: '999+' },
  ...{ count: '99', seq: '1234567', span: '59 min', clips: '1000' },
};

type Catalog = { [key: string]: string | Catalog };

const catalog = (language: string, node: string): Catalog =>
  JSON.parse(readFileSync(join(folder, language, `${node}.json`), 'utf8')) as Catalog;

/** `{'status.ring': 'ring __time__'}` */
function flat(catalog: Catalog, prefix = ''): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(catalog).map(([key, value]) =>
      typeof value === 'string' ? { [prefix + key]: value } : flat(value, `${prefix}${key}.`),
    ),
  );
}

/** Names of the parameters in a text. */
const parameters = (text: string) => [...text.matchAll(/__(\w+?)__/g)].map(([, name]) => name).sort();

test('the languages that we promise', () => {
  expect(languages.toSorted()).toEqual(['de', 'en-US', 'es', 'fr', 'nl']);
});

describe.each(languages)('%s', (language) => {
  test.each(NODES)('%s has the keys and parameters of the English one', (node) => {
    const english = flat(catalog('en-US', node));
    const translated = flat(catalog(language, node));
    expect(Object.keys(translated)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(translated)) {
      expect([key, parameters(text)]).toEqual([key, parameters(english[key] ?? '')]);
    }
  });

  test.each(NODES)('%s has help in the standard order', (node) => {
    const file = join(folder, language, `${node}.html`);
    expect(existsSync(file)).toBe(true);
    const help = readFileSync(file, 'utf8');
    expect(help).toMatch(new RegExp(`^<script type="text/html" data-help-name="${node}">\\s*<p>`));
    const headings = [...help.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, heading = '']) => heading);
    const order = HEADINGS[language] ?? [];
    expect(headings).toEqual(order.filter((heading) => headings.includes(heading)));
    // Details and references have all of them.
    expect(headings).toEqual(expect.arrayContaining(order.slice(2)));
  });

  test('badges have at most 20 characters', () => {
    const badges = NODES.flatMap((node) => Object.entries(flat(catalog(language, node)))).filter(([key]) =>
      /^status\./.test(key),
    );
    expect(badges.length).toBeGreaterThan(10);
    for (const [key, text] of badges) {
      const badge = text.replace(/__(\w+?)__/g, (_whole, name: string) => WORST[name] ?? '?'.repeat(99));
      expect([key, badge, badge.length <= 20]).toEqual([key, badge, true]);
    }
  });

  test('every fault has its sentence', () => {
    const texts = flat(catalog(language, 'doorstep-server'));
    for (const code of FAULTS) expect(texts).toHaveProperty([`fault.${code}`]);
  });
});
