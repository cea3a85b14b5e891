/** News with their pictures, as a header and bytes. */
import type { Picture, WatcherNews } from './contract.ts';

const PICTURE_KEYS = ['picture', 'before', 'after'] as const;
type PictureKey = (typeof PICTURE_KEYS)[number];

/** News without the bytes of its pictures, and where those lie in the payload. */
export interface NewsHeader {
  news: Omit<WatcherNews, PictureKey>;
  pictures: { key: PictureKey; width: number; height: number; bytes: number }[];
}

/** Takes the pictures out of the news. */
export function packNews(news: WatcherNews): { header: NewsHeader; payload: Buffer } {
  const rest: Partial<Record<PictureKey, Picture>> & Omit<WatcherNews, PictureKey> = { ...news };
  const pictures: NewsHeader['pictures'] = [];
  const parts: Uint8Array[] = [];
  for (const key of PICTURE_KEYS) {
    const picture = rest[key];
    delete rest[key];
    if (!picture) continue;
    const { width, height, png } = picture;
    pictures.push({ key, width, height, bytes: png.length });
    parts.push(png);
  }
  return { header: { news: rest, pictures }, payload: Buffer.concat(parts) };
}

/** The news alone. */
export function withoutPictures(news: WatcherNews): WatcherNews {
  return { ...packNews(news).header.news } as WatcherNews;
}

/** Puts news together again. Throws `RangeError` where the payload is not as long as the header says. */
export function unpackNews({ news, pictures }: NewsHeader, payload: Buffer): WatcherNews {
  const found: Partial<Record<PictureKey, Picture>> = {};
  let at = 0;
  for (const { key, width, height, bytes } of pictures) {
    // A copy: what it was cut out of may be far larger, and would be kept with it.
    found[key] = { width, height, png: Uint8Array.prototype.slice.call(payload, at, at + bytes) };
    at += bytes;
  }
  if (at !== payload.length) throw new RangeError(`Pictures of ${at} bytes came as ${payload.length}.`);
  return { ...news, ...found } as WatcherNews;
}
