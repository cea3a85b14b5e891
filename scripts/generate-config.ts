/** Writes config.schema.json and docs/options.md from plugin/config.ts; `--check` fails when they are not what it would write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configSchema } from '../plugin/config.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

interface Option {
  title?: string;
  description?: string;
  type?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
  properties?: Record<string, Option>;
  items?: Option;
  required?: string[];
  additionalProperties?: boolean;
}

const schema = {
  pluginAlias: 'Doorstep',
  pluginType: 'platform',
  singular: true,
  strictValidation: false,
  headerDisplay:
    'RTSP doorbells in HomeKit and Node-RED, with every recording at home. Run Doorstep as a **child bridge**: then a restart of the plugin does not restart your other accessories.',
  footerDisplay:
    'The web app is at `http://<this machine>:8586`. The code for the first sign-in is in the Homebridge log.',
  schema: plain(configSchema as Option),
};

/** Without `required` where a default stands in, and open: Homebridge and its UI add keys of their own to the block. */
function plain(option: Option): object {
  const { properties, items, required, additionalProperties: _, ...rest } = option;
  const needed = required?.filter((key) => properties?.[key]?.default === undefined);
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plain(value)])),
    }),
    ...(needed?.length && { required: needed }),
    ...(items && { items: plain(items) }),
  };
}

function rows(option: Option, path: string): string[] {
  return Object.entries(option.properties ?? {}).flatMap(([key, value]) => {
    const name = path ? `${path}.${key}` : key;
    if (value.properties) return rows(value, name);
    if (value.items?.properties) return rows(value.items, `${name}[]`);
    const needed = option.required?.includes(key) && value.default === undefined;
    const fallback = needed
      ? 'required'
      : value.default === undefined
        ? ''
        : `\`${JSON.stringify(value.default)}\``;
    return [`| \`${name}\` | ${bounds(value)} | ${fallback} | ${value.description ?? ''} |`];
  });
}

function bounds({ type, enum: values, minimum, maximum }: Option): string {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  return minimum !== undefined && maximum !== undefined ? `${type} ${minimum} to ${maximum}` : (type ?? '');
}

const files = {
  'config.schema.json': `${JSON.stringify(schema, null, 2)}\n`,
  'docs/options.md': `# Options

Generated from \`plugin/config.ts\` by \`npm run generate\`. The settings page in Homebridge shows the same.

| option | values | default | what it does |
|---|---|---|---|
${rows(configSchema as Option, '').join('\n')}
`,
};

let stale = false;
for (const [name, text] of Object.entries(files)) {
  const path = join(root, name);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${name} is not what plugin/config.ts says; run \`npm run generate\`.`);
    stale = true;
  }
}
if (stale) process.exit(1);
