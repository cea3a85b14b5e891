// Builds the Node-RED package: compiles node-red-nodes/, lays its pages, locales and icons beside the result, and makes the script that the
// dialogs share with the runtime.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'node-red-nodes');
const output = join(source, 'dist');

rmSync(output, { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(source, 'tsconfig.build.json')],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);

// Node-RED looks for all of these beside the compiled node.
const beside = join(output, 'node-red-nodes');
for (const name of [...readdirSync(source).filter((file) => file.endsWith('.html')), 'locales', 'icons']) {
  cpSync(join(source, name), join(beside, name), { recursive: true });
}

// The editor loads it as it is, with a `<script>` of its own.
await build({
  root: source,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir: join(source, 'resources'),
    emptyOutDir: false,
    minify: false,
    lib: {
      entry: join(source, 'lib/editor-shared.ts'),
      formats: ['iife'],
      name: 'doorstepBuild',
      fileName: () => 'shared.js',
    },
  },
});
