import { expect, it } from 'vitest';
import { hrefOf, type Route, routeFrom } from './route.ts';

it.each<[string, Route]>([
  ['', { page: 'home' }],
  ['#/', { page: 'home' }],
  ['#/nowhere', { page: 'home' }],
  ['#/camera/', { page: 'home' }],
  ['#/camera/%E0%A4%A', { page: 'home' }],
  ['#/camera/haust%C3%BCr', { page: 'camera', slug: 'haustür' }],
  ['#/timeline', { page: 'timeline' }],
  ['#/timeline/01ABC', { page: 'timeline', moment: '01ABC' }],
  ['#/settings', { page: 'settings' }],
  ['#/storage', { page: 'storage' }],
  ['#/programs', { page: 'programs' }],
])('%s leads to %j', (hash, route) => {
  expect(routeFrom(hash)).toEqual(route);
  expect(routeFrom(hrefOf(route))).toEqual(route);
});
