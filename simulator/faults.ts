import type { Clock } from '../plugin/system/clock.ts';
import type { CameraEncoder } from './encoder.ts';
import type { Happen } from './happenings.ts';
import type { RtspServer } from './rtsp-server.ts';

export const FAULTS = [
  'drop',
  'stall',
  'refuse',
  'wrong-password',
  'resolution',
  'clock-skew',
  'none',
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  kind: FaultKind;
  /** How long `stall`, `refuse` and `wrong-password` last (default: until `none`); how far the clock is ahead with `clock-skew` (default 3600). */
  seconds?: number;
}

/** What can go wrong with a camera; one fault at a time, a new one heals the one before. */
export interface Faults extends Disposable {
  readonly current: FaultKind;
  /** How far the camera's clock is ahead, in ms. */
  readonly skewMs: number;
  inject(fault: Fault): Promise<void>;
}

export interface FaultsDeps {
  clock: Clock;
  server: RtspServer;
  /** Once there is one. */
  encoder(): CameraEncoder;
  happen: Happen;
}

/** The size of the `resolution` fault. */
const OTHER_SIZE = { width: 960, height: 540 } as const;

export function createFaults({ clock, server, encoder, happen }: FaultsDeps): Faults {
  let current: FaultKind = 'none';
  let skewMs = 0;
  let ownSize: CameraEncoder['size'] | undefined;
  let cancelHeal = () => {};

  const heal = async () => {
    cancelHeal();
    current = 'none';
    skewMs = 0;
    server.behave({ stalled: false, rejectAll: false, clockSkewMs: 0 });
    await server.accept(true);
    if (ownSize) await encoder().resize(ownSize);
    ownSize = undefined;
  };

  const begin = async ({ kind, seconds }: Fault) => {
    switch (kind) {
      case 'stall':
        return server.behave({ stalled: true });
      case 'wrong-password':
        return server.behave({ rejectAll: true });
      case 'refuse':
        return server.accept(false);
      case 'resolution':
        ownSize = encoder().size;
        return encoder().resize(OTHER_SIZE);
      case 'clock-skew':
        skewMs = (seconds ?? 3600) * 1000;
        return server.behave({ clockSkewMs: skewMs });
      case 'drop':
        return server.dropViewers();
      case 'none':
        return;
    }
  };

  return {
    get current() {
      return current;
    },
    get skewMs() {
      return skewMs;
    },
    async inject(fault) {
      const { kind, seconds } = fault;
      await heal();
      happen('fault', { kind, ...(seconds !== undefined && { seconds }) });
      if (kind !== 'drop') current = kind;
      await begin(fault);
      const passes = kind === 'stall' || kind === 'refuse' || kind === 'wrong-password';
      if (passes && seconds !== undefined)
        cancelHeal = clock.after(seconds * 1000, () => void heal().then(() => happen('healed', { kind })));
    },
    [Symbol.dispose]: () => cancelHeal(),
  };
}
