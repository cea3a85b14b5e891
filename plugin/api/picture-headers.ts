import { SNAPSHOT_HEADERS } from '../../protocol/api.ts';

/** Of a JPEG that was made for this answer: when it was taken, how old it is, and where it came from. */
export function pictureHeaders(
  { takenAt, source }: { takenAt: number; source: string },
  now: number,
): Record<string, string> {
  return {
    'content-type': 'image/jpeg',
    'cache-control': 'no-store',
    'last-modified': new Date(takenAt).toUTCString(),
    [SNAPSHOT_HEADERS.takenAt]: String(takenAt),
    [SNAPSHOT_HEADERS.ageMs]: String(Math.max(0, now - takenAt)),
    [SNAPSHOT_HEADERS.source]: source,
  };
}
