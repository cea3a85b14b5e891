import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Calls `onNear` when the element comes within a screen's height of being seen. */
export function useEndOfList(element: RefObject<Element | null>, active: boolean, onNear: () => void): void {
  useEffect(() => {
    if (!active || !element.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onNear();
      },
      { rootMargin: '100% 0px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, active, onNear]);
}
