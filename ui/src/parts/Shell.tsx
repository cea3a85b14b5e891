import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useHub } from '../hub-context.tsx';
import { hrefOf, type Route } from '../route.ts';
import { words } from '../words/en.ts';
import { Icon, type IconName } from './Icon.tsx';
import { RingAnnouncer } from './RingAnnouncer.tsx';

const TABS = ['home', 'timeline', 'settings'] as const satisfies readonly IconName[];

const TAB_OF = {
  home: 'home',
  camera: 'home',
  timeline: 'timeline',
  settings: 'settings',
  storage: 'settings',
  programs: 'settings',
} as const satisfies Record<Route['page'], (typeof TABS)[number]>;

/** The frame around every page: tabs, at the bottom of a phone and at the top of a desk. */
export function Shell({ route, children }: { route: Route; children: ComponentChildren }) {
  const { connection } = useHub();
  const main = useRef<HTMLElement>(null);
  const tab = TAB_OF[route.page];
  const first = useRef(true);

  useEffect(() => {
    document.title = tab === 'home' ? words.appName : `${words.tabs[tab]} · ${words.appName}`;
    // A screen reader follows to the new page; the first page is left where the browser put it.
    if (!first.current) main.current?.focus({ preventScroll: true });
    if (!first.current) scrollTo(0, 0);
    first.current = false;
  }, [route.page, tab]);

  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {words.skipToContent}
      </button>
      <header class="bar">
        <a class="brand" href={hrefOf({ page: 'home' })} aria-label={words.appName}>
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>{words.appName}</span>
        </a>
        <nav class="tabs">
          {TABS.map((name) => (
            <a key={name} href={hrefOf({ page: name })} aria-current={tab === name ? 'page' : undefined}>
              <Icon name={name} />
              <span>{words.tabs[name]}</span>
            </a>
          ))}
        </nav>
      </header>
      <main id="main" ref={main} tabIndex={-1} class={`page page-${route.page}`}>
        {connection === 'lost' && (
          <p class="lost" role="status">
            {words.connection.lost}
          </p>
        )}
        {children}
      </main>
      <RingAnnouncer />
    </>
  );
}
