/**
 * Holds the floors of the house (docs/architecture.md): a room imports only from floors below its own, only HomeKit's rooms know
 * Homebridge, and only `api/` knows Fastify. Prints each breach and exits 1 when there is one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Lowest first. A room may import from lower floors and from itself. */
const FLOORS: readonly (readonly string[])[] = [
  ['protocol'],
  [
    'plugin/system',
    'plugin/camera-options.ts',
    'plugin/recording-options.ts',
    'plugin/detection-options.ts',
    'plugin/mqtt-options.ts',
  ],
  ['plugin/config.ts'],
  ['plugin/read-recordings.ts'],
  ['plugin/read-config.ts'],
  ['plugin/camera', 'plugin/events'],
  ['plugin/detection', 'plugin/recordings'],
  ['plugin/sharing'],
  ['plugin/homekit', 'plugin/api', 'plugin/mqtt'],
  ['plugin/platform.ts', 'plugin/hub', 'plugin/cli'],
  ['plugin/index.ts'],
];

/** Rooms outside the floors, with what they may reach. */
const OUTSIDE: Record<string, readonly string[]> = {
  // The simulated phone sends SRTCP with the plugin's own sender.
  simulator: ['plugin/system', 'plugin/homekit'],
  'node-red-nodes': ['protocol'],
  'ui/src': ['protocol'],
};

/** Packages that only some rooms may import; `types` allows `import type` alone. */
const GUARDED: readonly { pattern: RegExp; rooms: readonly string[]; types: boolean }[] = [
  // Speaks multicast DNS; it knows nothing of Homebridge.
  { pattern: /^@homebridge\/ciao$/, rooms: ['plugin/api'], types: false },
  {
    pattern: /^(homebridge|@homebridge\/)/,
    rooms: ['plugin/homekit', 'plugin/platform.ts', 'plugin/index.ts'],
    types: true,
  },
  { pattern: /^(fastify|@fastify\/)/, rooms: ['plugin/api'], types: false },
];

export interface Import {
  /** Repository path of the importing file, with forward slashes. */
  file: string;
  specifier: string;
  typeOnly: boolean;
}

/** What is wrong with one import, or undefined. */
export function breach({ file, specifier, typeOnly }: Import): string | undefined {
  const room = roomOf(file);
  if (!specifier.startsWith('.')) {
    const guard = GUARDED.find(({ pattern }) => pattern.test(specifier));
    if (!guard || file.startsWith('simulator/')) return undefined;
    if (!guard.rooms.includes(room)) return `${file}: ${room} must not know ${specifier}`;
    if (guard.types && !typeOnly) return `${file}: import ${specifier} by "import type" only`;
    return undefined;
  }
  const target = roomOf(posix.join(posix.dirname(file), specifier));
  if (target === room) return undefined;
  const allowed = OUTSIDE[room];
  if (allowed)
    return allowed.includes(target) ? undefined : `${file}: ${room} must not import from ${target}`;
  const [own, other] = [floorOf(room), floorOf(target)];
  // The commands reach the simulator for `doorstep demo`.
  if (other === undefined) return room === 'plugin/cli' ? undefined : `${file}: ${target} stands on no floor`;
  if (own === undefined) return `${file}: ${room} stands on no floor; give it one in scripts/check-floors.ts`;
  const sameTop = own === other && own === floorOf('plugin/cli');
  return other < own || sameTop
    ? undefined
    : `${file}: ${room} (floor ${own}) must not import from ${target} (floor ${other})`;
}

function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'plugin' || first === 'ui' ? `${first}/${second}` : first;
}

function floorOf(room: string): number | undefined {
  const floor = FLOORS.findIndex((rooms) => rooms.includes(room));
  return floor < 0 ? undefined : floor;
}

/** Every static import and export-from of a source text. */
export function importsOf(file: string, text: string): Import[] {
  const pattern =
    /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    specifier: match[2] ?? match[3] ?? match[4] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

function sources(): string[] {
  return ['protocol', 'plugin', 'simulator', 'node-red-nodes', 'ui/src']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
    )
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = sources();
  const breaches = files
    .flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))
    .map(breach)
    .filter((text) => text !== undefined);
  for (const text of breaches) console.error(text);
  console.log(`${files.length} files, ${breaches.length} imports against the floors`);
  process.exit(breaches.length > 0 ? 1 : 0);
}
