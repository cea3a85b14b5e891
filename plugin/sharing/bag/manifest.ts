/** Manifests of BagIt (RFC 8493), in the form that `sha256sum` reads too. */
import type { BagFile } from './contract.ts';

/** One line of a manifest. */
export type Listed = Pick<BagFile, 'path' | 'sha256'>;

/** One line a file, sorted by path. */
export function manifestText(files: readonly Listed[]): string {
  const lines = files.map(({ path, sha256 }) => `${sha256}  ${encodePath(path)}\n`);
  return lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join('');
}

/** What a manifest lists, and lines of it that cannot be used, in words. A path that leads out of the bag is not listed. */
export function parseManifest(text: string): { listed: Listed[]; faults: string[] } {
  const listed: Listed[] = [];
  const faults: string[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  lines.forEach((line, index) => {
    if (line === '') return;
    const parts = /^([0-9a-fA-F]{64})[ \t]+\*?(\S.*)$/.exec(line);
    const path = parts ? decodePath(parts[2] ?? '') : '';
    if (!parts) faults.push(`line ${index + 1} is not a checksum and a path`);
    else if (!isInside(path)) faults.push(`line ${index + 1} names a path outside the bag`);
    else if (listed.some((other) => sameName(other.path, path)))
      faults.push(`line ${index + 1} names a file a second time`);
    else listed.push({ path, sha256: (parts[1] ?? '').toLowerCase() });
  });
  return { listed, faults };
}

/** A path as a manifest writes it: `%`, CR and LF are percent-encoded, nothing else. */
export function encodePath(path: string): string {
  return path.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The other way round. */
export function decodePath(text: string): string {
  return text.replace(/%(25|0D|0A)/gi, (code) => decodeURIComponent(code));
}

/**
 * Whether a path stays below the bag's folder on every system: no absolute one, no `..`, no backslash, drive or `~`, no control character.
 */
export function isInside(path: string): boolean {
  if (path.length > 1024 || /[\p{Cc}\\:]/u.test(path) || path.startsWith('~')) return false;
  return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}

/** Whether a disk that knows no case (or one of macOS) takes both for one. */
export function sameName(one: string, other: string): boolean {
  const plain = (name: string) => name.normalize('NFC').toLowerCase();
  return plain(one) === plain(other);
}
