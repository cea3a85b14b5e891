import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** iPhones can only fill the screen with a video, by this call. */
interface IphoneVideo extends HTMLVideoElement {
  webkitEnterFullscreen?(): void;
}

/** Whether this element fills the screen, and the switch for it. */
export function useFullScreen(element: RefObject<HTMLElement | null>): [full: boolean, toggle: () => void] {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const read = () => setFull(document.fullscreenElement === element.current && element.current !== null);
    document.addEventListener('fullscreenchange', read);
    return () => document.removeEventListener('fullscreenchange', read);
  }, [element]);

  const toggle = () => {
    const box = element.current;
    if (full) void document.exitFullscreen();
    else if (box && typeof box.requestFullscreen === 'function') void box.requestFullscreen();
    else box?.querySelector<IphoneVideo>('video')?.webkitEnterFullscreen?.();
  };
  return [full, toggle];
}
