/** The addresses of a camera's streams, as it tells them by ONVIF; the last ones known while it does not. */
import type { OnvifCamera } from '../camera/onvif/contract.ts';
import type { Clock } from '../system/clock.ts';
import { inTime } from './in-time.ts';

export interface FoundStreams {
  /** RTSP address of the main stream. Rejects with a `ProblemError` when it cannot be asked and never was. */
  main(): Promise<string>;
  /** Of the small one; of the main one where there is none. Rejects as `main` does. */
  detect(): Promise<string>;
  /** What `main` gave last. */
  known(): string | undefined;
}

type Addresses = Pick<Awaited<ReturnType<OnvifCamera['streams']>>, 'main' | 'detect'>;

/** A camera in good health answers within this time; what was true a while ago is most likely true now. */
const ANSWER_MS = 500;
/** Both streams are opened at nearly the same time. */
const FRESH_MS = 2_000;

/** Asks once for both streams, however many want to know at a time. */
export function createFoundStreams(onvif: Pick<OnvifCamera, 'streams'>, clock: Clock): FoundStreams {
  let known: (Addresses & { at: number }) | undefined;
  let asking: Promise<Addresses> | undefined;

  const ask = async (): Promise<Addresses> => {
    try {
      const { main, detect } = await onvif.streams();
      known = { main, at: clock.monotonic(), ...(detect !== undefined && { detect }) };
      return known;
    } finally {
      asking = undefined;
    }
  };

  const find = async (): Promise<Addresses> => {
    if (known && clock.monotonic() - known.at < FRESH_MS) return known;
    asking ??= ask();
    // A camera whose ONVIF is slower than its streams, or fails, is read where it was read before.
    return known ? inTime(asking, known, ANSWER_MS, clock) : asking;
  };

  return {
    main: async () => (await find()).main,
    detect: async () => {
      const { main, detect } = await find();
      return detect ?? main;
    },
    known: () => known?.main,
  };
}
