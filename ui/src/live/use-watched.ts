import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Whether someone can see this element now: on the screen, in a tab that is in front. */
export function useWatched(element: RefObject<Element | null>): boolean {
  const [onScreen, setOnScreen] = useState(false);
  const [inFront, setInFront] = useState(!document.hidden);

  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => setOnScreen(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: '64px' },
    );
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);

  useEffect(() => {
    const read = () => setInFront(!document.hidden);
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, []);

  return onScreen && inFront;
}
