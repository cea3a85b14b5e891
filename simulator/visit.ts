import { type Clock, sleep } from '../plugin/system/clock.ts';
import type { Happen } from './happenings.ts';
import {
  ACT_MS,
  type Act,
  begin,
  EMPTY_SCENE,
  type Moment,
  momentAt,
  type Scene,
  VISITS,
  type VisitKind,
} from './scene/scene-state.ts';
import { type Change, changed, type Surroundings } from './scene/surroundings.ts';
import type { Sound } from './sound.ts';
import { callWebhook } from './webhook.ts';

export interface Webhooks {
  ring?: string;
  motion?: string;
}

/** Epoch ms at which each act of a visit began (`ring`: of the press), and its end. */
export type Visit<K extends VisitKind = VisitKind> = Record<(typeof VISITS)[K][number] | 'gone', number>;

/** The one who comes to the door. */
export interface Visitor {
  /** Presses the button: the chime sounds, the ring webhook is called. Gives the epoch ms of the press. */
  ring(): number;
  /** Plays one act; resolves when it is over, with the epoch ms of what it is about: the press for `ring`, else its beginning. */
  act(act: Act): Promise<number>;
  visit<K extends VisitKind>(kind: K): Promise<Visit<K>>;
  /** Changes light or weather, or has something pass by. */
  change(change: Change): void;
  /** What is to be seen now. */
  moment(): Moment;
}

export interface VisitorDeps {
  clock: Clock;
  /** As it is in the beginning. */
  surroundings: Surroundings;
  sound: Sound;
  fetch: typeof fetch;
  webhooks(): Webhooks;
  happen: Happen;
  /** Ends acts that are going on; they reject. */
  signal: AbortSignal;
}

/** When the button goes down within the act of ringing: with the arm at the bell. */
const PRESS_AFTER_MS = 800;

export function createVisitor(deps: VisitorDeps): Visitor {
  const { clock, sound, happen, signal } = deps;
  let scene: Scene = { ...EMPTY_SCENE, surroundings: deps.surroundings };

  const notify = (kind: keyof Webhooks) => {
    const url = deps.webhooks()[kind];
    if (url !== undefined) void callWebhook(kind, url, deps.fetch, signal, happen);
  };

  const ring = () => {
    sound.chime();
    happen('ring');
    notify('ring');
    return clock.now();
  };

  const pause = async (ms: number) => {
    await sleep(clock, ms, signal);
    if (signal.aborted) throw new Error('The simulated doorbell was switched off.');
  };

  const act = async (name: Act): Promise<number> => {
    let at = clock.now();
    scene = begin(scene, name, clock.monotonic());
    happen('act', { act: name });
    if (name === 'arrive' || name === 'come') notify('motion');
    if (name === 'ring') {
      await pause(PRESS_AFTER_MS);
      at = ring();
    }
    await pause(ACT_MS[name] - (name === 'ring' ? PRESS_AFTER_MS : 0));
    return at;
  };

  return {
    ring,
    act,
    async visit<K extends VisitKind>(kind: K) {
      const began: Partial<Record<Act, number>> = {};
      for (const name of VISITS[kind]) began[name] = await act(name);
      return { ...began, gone: clock.now() } as Visit<K>;
    },
    change(change) {
      scene = { ...scene, surroundings: changed(scene.surroundings, change, clock.monotonic()) };
      happen('scene', Object.fromEntries(Object.entries(change).map(([name, value]) => [name, `${value}`])));
    },
    moment: () => momentAt(scene, clock.monotonic()),
  };
}
