/** Writes docs/openapi.json and docs/api.md from the routes of plugin/api; `--check` fails when they are not what it would write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Access } from '../plugin/api/access.ts';
import * as detectionShapes from '../plugin/api/detection-schemas.ts';
import type { Route } from '../plugin/api/route.ts';
import { routes } from '../plugin/api/routes.ts';
import * as shapes from '../plugin/api/schemas.ts';
import { SESSION_COOKIE } from '../plugin/api/session-cookie.ts';
import { socketRoutes } from '../plugin/api/sockets.ts';
import { webhookParams } from '../plugin/api/webhooks.ts';
import { API_PREFIX, CLOSE, PROTOCOL_VERSION } from '../protocol/api.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The part of JSON Schema that our routes use. */
interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  default?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  $ref?: string;
}

/** Those with fields; each has a name of its own in the documentation. */
const objectShapes = Object.entries<object>({ ...shapes, ...detectionShapes })
  .map(([name, schema]): [string, Schema] => [name, schema])
  .filter(([, { type }]) => type === 'object');

/** The name of a shape, found again by what it looks like. */
const named = new Map(objectShapes.map(([name, schema]) => [JSON.stringify(schema), name]));

/** A schema as plain JSON, with references in place of the shapes that have a name. */
function plain(schema: object, { inline = false } = {}): Schema {
  const text = JSON.stringify(schema);
  const name = inline ? undefined : named.get(text);
  if (name) return { $ref: `#/components/schemas/${name}` };
  const { properties, items, ...rest } = JSON.parse(text) as Schema;
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plain(value)])),
    }),
    ...(items && { items: plain(items) }),
  };
}

function parameters(where: 'path' | 'query', schema: object | undefined): object[] {
  const { properties = {}, required = [] } = schema ? plain(schema, { inline: true }) : {};
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === 'path' || (required.includes(name) && rest.default === undefined),
    ...(description && { description }),
    schema: rest,
  }));
}

const jsonBody = (schema: object) => ({ content: { 'application/json': { schema: plain(schema) } } });
const failure = { description: 'What is wrong, and what cures it.', ...jsonBody(shapes.errorReply) };

function operation(route: Route): object {
  const success = route.reply
    ? { description: 'Success.', ...jsonBody(route.reply) }
    : { description: 'Success.', content: { [route.media ?? '']: {} } };
  return {
    summary: route.summary,
    security: security(route.access),
    parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
    ...(route.body && { requestBody: { required: true, ...jsonBody(route.body) } }),
    responses: { [route.status]: success, default: failure },
  };
}

function security(access: Access): object[] {
  if (access === 'public') return [];
  return access === 'household' ? [{ household: [] }] : [{ household: [] }, { token: [access] }];
}

const openPath = (path: string) => path.replace(/:(\w+)/g, '{$1}');

function paths(): Record<string, object> {
  const all: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = openPath(API_PREFIX + route.path);
    all[path] = { ...all[path], [route.method.toLowerCase()]: operation(route) };
  }
  const hook = {
    summary: 'Lets a camera that can only call a URL ring or report motion.',
    security: [],
    parameters: parameters('path', webhookParams),
    responses: { 200: { description: 'Success.', ...jsonBody(shapes.triggerReply) }, default: failure },
  };
  return { ...all, '/hooks/{key}/{slug}/{kind}': { get: hook, post: hook } };
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const openapi = {
  openapi: '3.1.0',
  info: {
    title: 'Doorstep',
    version,
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    description: 'The API of a Doorstep hub. Its WebSockets are described in docs/api.md.',
  },
  servers: [
    { url: 'http://{host}:{port}', variables: { host: { default: 'localhost' }, port: { default: '8586' } } },
  ],
  paths: paths(),
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: '`dst_…`, with scopes.' },
      household: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
    },
    schemas: Object.fromEntries(
      objectShapes.map(([name, schema]) => [name, plain(schema, { inline: true })]),
    ),
  },
};

function accessText(access: Access): string {
  if (access === 'public') return 'anybody';
  return access === 'household' ? 'household alone' : `\`${access}\``;
}

function shapeText({ $ref, type, enum: values, const: only, items, ...bounds }: Schema): string {
  if ($ref) return `[${$ref.split('/').at(-1)}](#${$ref.split('/').at(-1)?.toLowerCase()})`;
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (only !== undefined) return `\`${only}\``;
  if (items) return `list of ${shapeText(items)}`;
  const [low, high] = [bounds.minimum ?? bounds.minLength, bounds.maximum ?? bounds.maxLength];
  const unit = type === 'string' ? ' characters' : '';
  if (low !== undefined && high !== undefined) return `${type}, ${low} to ${high}${unit}`;
  return high !== undefined ? `${type}, at most ${high}${unit}` : (type ?? '');
}

function fieldTable({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([name, value]) => {
    const optional = required.includes(name) && value.default === undefined ? '' : '?';
    const fallback = value.default === undefined ? '' : ` Default ${value.default}.`;
    return `| \`${name}${optional}\` | ${shapeText(value)} | ${value.description ?? ''}${fallback} |`;
  });
  return ['| field | value | |', '|---|---|---|', ...rows].join('\n');
}

function routeText(route: Route): string {
  const parts = [
    `### ${route.method} ${API_PREFIX}${route.path}`,
    '',
    `${route.summary} For: ${accessText(route.access)}.`,
    '',
  ];
  if (route.query) parts.push('Query:', '', fieldTable(plain(route.query, { inline: true })), '');
  if (route.body) parts.push('Body:', '', fieldTable(plain(route.body, { inline: true })), '');
  const reply = route.reply ? shapeText(plain(route.reply)) : `\`${route.media}\``;
  parts.push(`Reply ${route.status}: ${reply}`, '');
  return parts.join('\n');
}

const socketTexts = socketRoutes.map(({ path, summary, access, query }) => {
  const rows = Object.entries(query).map(([name, meaning]) => `- \`${name}\`: ${meaning}\n`);
  return `### WS ${API_PREFIX}${path}\n\n${summary} For: ${accessText(access)}.\n\n${rows.join('')}`.trimEnd();
});

const shapeTexts = Object.entries(openapi.components.schemas).map(
  ([name, schema]) => `### ${name}\n\n${fieldTable(schema)}\n`,
);

const markdown = `# API

Generated from \`plugin/api\` by \`npm run generate\`. The same for programs: \`openapi.json\`.

Times are epoch milliseconds. A camera in a path is named by its id or its slug. Bodies are JSON with
\`Content-Type: application/json\`, at most 64 KiB.

## Who may

- **Programs** send a token, \`Authorization: Bearer dst_…\`, made in the web app or with
  \`doorstep token create --name <name> --scopes events,media\`. A token does what its scopes name and nothing else; none of
  them can make tokens. No token belongs into an address.
- **The household** signs in with its passphrase; the browser keeps an HttpOnly cookie for 90 days from the last visit. A request with
  the cookie that changes something, and a WebSocket, must carry the hub's own \`Origin\`, as browsers send it by themselves.
- **Everybody** must name the hub in \`Host\` by an address of the home network, \`localhost\`, its own name (also with \`.local\`), or one
  of \`api.allowedHosts\`: 421 otherwise. A foreign \`Origin\` is 403. Too many wrong tokens, passphrases or codes from one address
  are 429 with \`Retry-After\`.

Every error is \`{"error": {"code", "what", "cure"}}\`: a stable word for programs and two sentences for people.

## Routes

${routes.map(routeText).join('\n')}
### GET or POST /hooks/:key/:slug/:kind

For cameras that can only call a URL: \`kind\` is \`ring\` or \`motion\`, the key is the secret part of the address. A body is ignored.
Calls are limited to 120 a minute.

Reply 200: ${shapeText(plain(shapes.triggerReply))}

## WebSockets

The hub speaks, clients listen; it pings every 15 s and drops who does not answer. Where a right is missing, the socket opens and closes
at once with one of these codes:

| code | meaning |
|---|---|
| ${CLOSE.unauthorized} | No valid token or sign-in, or it has just been revoked. |
| ${CLOSE.forbidden} | The token lacks the scope. |
| ${CLOSE.notFound} | There is no such camera. |
| ${CLOSE.tooSlow} | The client read too slowly; connect again with the last \`seq\`. |
| ${CLOSE.offline} | The camera has no picture now. |
| 1001 | The hub stops. |

${socketTexts.join('\n\n')}

Frames of \`events\`, protocol ${PROTOCOL_VERSION}, all JSON text:

| frame | fields | meaning |
|---|---|---|
| \`hello\` | \`protocol\`, \`minProtocol\`, \`version\`, \`hub\`, \`lastSeq\`, \`scopes\`, \`cameras\` | The first one. |
| \`gap\` | \`from\`, \`to\` | Events after the cursor that the journal no longer has. |
| \`event\` | \`event\` | ${shapeText(plain(shapes.event))}; \`replay: true\` when it was missed before. |
| \`live\` | \`seq\` | Replay is over; what follows is new. |

## Shapes

${shapeTexts.join('\n')}`;

const files = {
  'docs/openapi.json': `${JSON.stringify(openapi, null, 2)}\n`,
  'docs/api.md': markdown,
};

const check = process.argv.includes('--check');
for (const [name, text] of Object.entries(files)) {
  const path = join(root, name);
  if (!check) {
    writeFileSync(path, text);
  } else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${name} is not up to date: npm run generate`);
    process.exitCode = 1;
  }
}
