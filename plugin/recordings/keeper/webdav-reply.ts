/** What WebDAV servers say about files and folders (RFC 4918, RFC 4331), read as liberally as they write it. */
import { findElement, findElements, findNumber, findText, parseXml } from '../../system/xml.ts';

export interface DavEntry {
  /** Decoded parts of the path that the server gives: some leave the host out, some the folder that a proxy adds. */
  path: readonly string[];
  folder: boolean;
  /** Of a file; undefined where the server keeps it to itself. */
  bytes: number | undefined;
  freeBytes: number | undefined;
  usedBytes: number | undefined;
}

/** A day of one camera has some thousand files, each with about ten elements. */
const MOST_ELEMENTS = 1_000_000;

export const PROPFIND_FILES = propfind('resourcetype', 'getcontentlength');
export const PROPFIND_ROOM = propfind('resourcetype', 'quota-available-bytes', 'quota-used-bytes');

function propfind(...names: readonly string[]): Buffer {
  const asked = names.map((name) => `<D:${name}/>`).join('');
  return Buffer.from(
    `<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop>${asked}</D:prop></D:propfind>`,
  );
}

/** The entries of a 207 reply; undefined when it is none. */
export function readMultistatus(text: string): DavEntry[] | undefined {
  const root = parseXml(text, MOST_ELEMENTS);
  if (root?.name !== 'multistatus') return undefined;
  return findElements(root, 'response').flatMap((response) => {
    const href = findText(response, 'href');
    const found = findElements(response, 'propstat').find((each) => isOk(findText(each, 'status')));
    const prop = findElement(found, 'prop');
    if (href === undefined || !prop) return [];
    return {
      path: pathOf(href),
      folder: findElement(prop, 'resourcetype', 'collection') !== undefined,
      bytes: countOf(findNumber(prop, 'getcontentlength')),
      freeBytes: countOf(findNumber(prop, 'quota-available-bytes')),
      usedBytes: countOf(findNumber(prop, 'quota-used-bytes')),
    };
  });
}

/**
 * The entries of a folder without the folder itself: it is the one that the others lie in, whatever the server puts before its path. Undefined where the
 * reply is about something else than a folder.
 */
export function childrenOf(entries: readonly DavEntry[]): DavEntry[] | undefined {
  const depth = Math.min(...entries.map(({ path }) => path.length));
  const self = entries.find(({ path }) => path.length === depth);
  if (!self?.folder) return undefined;
  return entries.filter(
    ({ path }) => path.length === depth + 1 && self.path.every((name, index) => path[index] === name),
  );
}

/** `HTTP/1.1 200 OK`; a server that leaves it out means it. */
const isOk = (status: string | undefined) => status === undefined || /\s2\d\d(\s|$)/.test(status);

/** Nextcloud writes -3 for "no limit". */
const countOf = (value: number | undefined) =>
  value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** From `https://nas/dav/a%20b/` or `/dav/a%20b/`: `['dav', 'a b']`. */
function pathOf(href: string): string[] {
  return href
    .replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
