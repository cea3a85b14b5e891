import type { RefObject } from 'preact';
import { useCallback, useState } from 'preact/hooks';

/** Keeps on a canvas what a video shows at this moment; `keptAt` is when, in epoch ms, 0 before the first time. */
export function useLastFrame(
  video: RefObject<HTMLVideoElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
): [keptAt: number, keep: () => void] {
  const [keptAt, setKeptAt] = useState(0);
  const keep = useCallback(() => {
    const from = video.current;
    const to = canvas.current;
    if (!from || !to) return;
    to.width = from.videoWidth;
    to.height = from.videoHeight;
    to.getContext('2d')?.drawImage(from, 0, 0);
    setKeptAt(Date.now());
  }, [video, canvas]);
  return [keptAt, keep];
}
