import { useEffect, useState } from 'preact/hooks';

export type Route =
  | { page: 'home' }
  | { page: 'timeline'; moment?: string }
  | { page: 'camera'; slug: string }
  | { page: 'settings' }
  | { page: 'storage' }
  | { page: 'programs' };

/** The route in a location hash; anything unknown is Home. */
export function routeFrom(hash: string): Route {
  const [page, rest] = hash.replace(/^#\/?/, '').split('/');
  const name = rest ? safeDecode(rest) : '';
  if (page === 'timeline') return name ? { page, moment: name } : { page };
  if (page === 'camera' && name) return { page, slug: name };
  if (page === 'settings' || page === 'storage' || page === 'programs') return { page };
  return { page: 'home' };
}

export function hrefOf(route: Route): string {
  if (route.page === 'home') return '#/';
  if (route.page === 'camera') return `#/camera/${encodeURIComponent(route.slug)}`;
  if (route.page === 'timeline' && route.moment) return `#/timeline/${encodeURIComponent(route.moment)}`;
  return `#/${route.page}`;
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = () => setHash(location.hash);
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return routeFrom(hash);
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
