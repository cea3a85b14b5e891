/** Who a camera is: an id that survives renames and new addresses, and a slug for paths and topics. */
import type { CameraRef } from '../../protocol/event.ts';

export interface KnownCamera {
  id: string;
  name: string;
  /** Main stream without user name and password, to recognise a renamed camera. */
  stream: string;
}

export interface NamedStream {
  name: string;
  main?: string | undefined;
  onvif?: { host: string; port: number } | undefined;
}

export interface Identified {
  refs: CameraRef[];
  /** What to keep for the next start: cameras of today, and those that are gone for now. */
  known: KnownCamera[];
}

/**
 * Gives each configured camera the id it had before: by name, else by its stream address. A camera seen for the first time gets an
 * id from `newId`. Slugs come from the names; the second of two equal ones gets a number.
 */
export function identifyCameras(
  configured: readonly NamedStream[],
  known: readonly KnownCamera[],
  newId: () => string,
): Identified {
  const free = [...known];
  const take = (match: (camera: KnownCamera) => boolean) => {
    const index = free.findIndex(match);
    return index < 0 ? undefined : free.splice(index, 1)[0];
  };
  // All names first: a renamed camera must not take the id of one that kept its name.
  const byName = configured.map(({ name }) => take((camera) => camera.name === name));
  const ids = configured.map(
    (camera, index) =>
      (byName[index] ?? take(({ stream }) => stream === streamAddress(camera)))?.id ?? newId(),
  );
  const slugs = new Set<string>();
  const refs = configured.map(({ name }, index) => {
    const base = slugOf(name);
    let slug = base;
    for (let n = 2; slugs.has(slug); n++) slug = `${base}-${n}`;
    slugs.add(slug);
    return { id: ids[index] as string, name, slug };
  });
  const current = configured.map((camera, index) => ({
    id: ids[index] as string,
    name: camera.name,
    stream: streamAddress(camera),
  }));
  return { refs, known: [...current, ...free] };
}

/** `Haustür Süd` → `haustur-sud`: lower case ASCII, digits and hyphens, at most 40 characters, never empty. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return slug || 'camera';
}

function streamAddress({ main, onvif }: NamedStream): string {
  const url = main ?? `onvif://${onvif?.host}:${onvif?.port}`;
  // Up to the last `@`: a password may hold a `/`.
  return url.replace(/^([a-z]+:\/\/).*@/i, '$1').toLowerCase();
}
