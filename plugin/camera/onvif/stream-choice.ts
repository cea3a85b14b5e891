/** Which of a camera's streams are read. */
import type { StreamProfile } from './contract.ts';

export interface StreamChoice {
  main: StreamProfile;
  detect?: StreamProfile;
}

/** Wider ones cost a hub more than motion and quick pictures gain from them. */
const DETECT_WIDTH = 640;

/**
 * `main`: the largest picture in H.264 or HEVC of the first lens. `detect`: H.264 of the same lens, the largest of at most 640
 * pixels in width, else the smallest, if it is smaller than `main`. Undefined where no picture can be used.
 */
export function chooseStreams(profiles: readonly StreamProfile[]): StreamChoice | undefined {
  const usable = profiles.filter(({ codec }) => codec === 'h264' || codec === 'hevc');
  const lens = usable[0]?.source;
  const ordered = usable.filter(({ source }) => source === lens).sort((a, b) => area(b) - area(a));
  const main = ordered[0];
  if (!main) return undefined;
  const smaller = ordered.filter(
    (profile) => profile.codec === 'h264' && profile.url !== main.url && area(profile) < area(main),
  );
  const detect = smaller.find(({ width }) => width <= DETECT_WIDTH) ?? smaller.at(-1);
  return { main, ...(detect && { detect }) };
}

function area({ width, height }: StreamProfile): number {
  return width * height;
}
