import { useEffect, useState } from 'preact/hooks';
import { SNAPSHOT_HEADERS } from '../../../protocol/api.ts';
import { paths } from '../hub-client.ts';

export interface LastPicture {
  /** Object URL of a JPEG. */
  src: string;
  /** Epoch ms by this browser's clock, whatever the hub's says. */
  takenAt: number;
}

/** What the hub draws itself is no picture of the camera. */
const DRAWN: readonly (string | null)[] = ['placeholder', 'privacy'];

/** The newest picture of a camera, read each time that `wanted` becomes true. */
export function useSnapshot(cameraId: string, wanted: boolean): LastPicture | undefined {
  const [picture, setPicture] = useState<LastPicture>();

  useEffect(() => {
    if (!wanted) return;
    const ending = new AbortController();
    readSnapshot(cameraId, ending.signal).then(
      (next) => next && setPicture(next),
      // Without a picture the tile stays a skeleton; the camera's own problem is told elsewhere.
      () => undefined,
    );
    return () => ending.abort();
  }, [cameraId, wanted]);

  useEffect(() => () => URL.revokeObjectURL(picture?.src ?? ''), [picture]);
  return picture;
}

async function readSnapshot(cameraId: string, signal: AbortSignal): Promise<LastPicture | undefined> {
  const response = await fetch(paths.snapshot(cameraId), { signal });
  if (!response.ok || DRAWN.includes(response.headers.get(SNAPSHOT_HEADERS.source))) return undefined;
  const age = Number(response.headers.get(SNAPSHOT_HEADERS.ageMs) ?? 0);
  const blob = await response.blob();
  return { src: URL.createObjectURL(blob), takenAt: Date.now() - age };
}
