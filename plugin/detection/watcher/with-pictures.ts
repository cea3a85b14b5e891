/** Makes the crops of news PNG, in the watcher, so that the hub need not. */
import { encode } from 'fast-png';
import type { Crop, SightNews } from '../contract.ts';
import type { Picture, WatcherNews } from './contract.ts';

/** The news with their pictures as they are kept. */
export function withPictures(news: SightNews): WatcherNews {
  if (news.type === 'package')
    return { ...news, before: toPicture(news.before), after: toPicture(news.after) };
  if (news.type !== 'motion' && news.type !== 'person') return news;
  const { crop, ...rest } = news;
  return crop ? { ...rest, picture: toPicture(crop) } : rest;
}

function toPicture({ width, height, rgb }: Crop): Picture {
  return { width, height, png: encode({ width, height, data: rgb, channels: 3, depth: 8 }) };
}
