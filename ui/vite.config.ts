import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `DOORSTEP_HUB=http://127.0.0.1:8586 vite ui` develops against a running hub. */
const hub = process.env.DOORSTEP_HUB;

export default defineConfig({
  root: here('.'),
  // JSX follows ui/tsconfig.json (react-jsx from preact); nothing needs Babel.
  build: {
    outDir: here('../dist/ui'),
    emptyOutDir: true,
    target: 'es2022',
    // The hub's content security policy has no room for data: scripts or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Before compression; what goes over the wire is about a third.
    chunkSizeWarningLimit: 200,
  },
  server: hub ? { proxy: { '/api': { target: hub, ws: true, changeOrigin: true } } } : {},
});
