import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { notFound } from './problems.ts';

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Doorstep</title>
<h1>Doorstep is running</h1>
<p>The web app is not part of this installation: it has not been built. From a clone of the repository,
<code>npm run build</code> makes it.</p>
</html>
`;

/** Serves the built web app: its pages to anybody, for the sign-in is one of them. */
export function registerWebUi(app: FastifyInstance, root: string | undefined): void {
  const built = root !== undefined && existsSync(join(root, 'index.html'));
  app.get('/*', { config: { access: 'public' } }, (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    if (isReserved(path)) throw nothingHere();
    if (!built) {
      if (hasExtension(path)) throw nothingHere();
      return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(NOT_BUILT);
    }
    // The address of a view of the app is the app; a missing file is a missing file.
    const file = path === '/' || !hasExtension(path) ? 'index.html' : decoded(path.slice(1));
    return reply.header('cache-control', cacheControl(file)).sendFile(file, root, { cacheControl: false });
  });
}

/** Vite names what lies in `assets/` by its content, so it may be kept for ever; all else is asked for anew. */
function cacheControl(file: string): string {
  return file.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function isReserved(path: string): boolean {
  return /^\/(api|hooks)(\/|$)/.test(path);
}

function hasExtension(path: string): boolean {
  return /\.[^/]*$/.test(path);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw nothingHere();
  }
}

function nothingHere() {
  return notFound('There is nothing here.', 'Check the address.');
}
