import { type StartChild, startChild } from '../plugin/system/child.ts';
import { type Clock, systemClock } from '../plugin/system/clock.ts';
import type { Credentials } from './digest-auth.ts';
import { type RtspServer, startRtspServer } from './rtsp-server.ts';
import type { ViewerSession } from './rtsp-viewer.ts';
import type { Light } from './scene/light.ts';
import { createPainter } from './scene/painter.ts';
import { ACT_MS, type Act, begin, EMPTY_SCENE, momentAt, type Scene } from './scene/scene-state.ts';
import { createSound } from './sound.ts';
import { type Source, startSource } from './source.ts';
import { callWebhook } from './webhook.ts';

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

export interface Webhooks {
  ring?: string;
  motion?: string;
}

export interface DoorbellOptions {
  name: string;
  ffmpeg: string;
  /** Address that viewers reach. Default 127.0.0.1. */
  host?: string;
  rtspPort?: number;
  credentials?: Credentials;
  width: number;
  height: number;
  fps: number;
  gopSeconds: number;
  audio: 'aac' | 'none';
  light: Light;
  /** A file that is played in a loop instead of the drawn scene. */
  clip?: string;
  webhooks?: Webhooks;
}

/** One thing that happened, in words for a log and in fields for a program. */
export interface Happening {
  /** Epoch ms. */
  at: number;
  what: string;
  detail?: Readonly<Record<string, string | number>>;
}

export interface DoorbellDeps {
  startChild?: StartChild;
  clock?: Clock;
  fetch?: typeof fetch;
  onHappening?: (happening: Happening) => void;
}

export interface DoorbellState {
  streams: string[];
  sessions: ViewerSession[];
  fault: FaultKind;
  size: { width: number; height: number };
  parcelOnMat: boolean;
  visitor: boolean;
  happenings: readonly Happening[];
}

/** Epoch ms at which each step of a visit began (`ring`: of the press), and its end. */
export interface Visit {
  arrive: number;
  ring: number;
  deliver: number;
  leave: number;
  gone: number;
}

export interface SimulatedDoorbell extends AsyncDisposable {
  /** With user name and password, when there are any. */
  readonly mainUrl: string;
  readonly subUrl: string;
  /** Presses the button: the chime sounds, the ring webhook is called. Gives the epoch ms of the press. */
  ring(): number;
  /** Plays one act; resolves when it is over. `arrive` calls the motion webhook, `ring` presses the button. */
  act(act: Act): Promise<void>;
  /** A whole visit: arrive, ring, deliver, leave. */
  visit(): Promise<Visit>;
  fault(fault: Fault): Promise<void>;
  setWebhooks(webhooks: Webhooks): void;
  state(): DoorbellState;
  /** Resolves when the encoder ended without being asked to. */
  readonly broken: Promise<Error>;
}

const HAPPENINGS_KEPT = 200;
const READY_MS = 30_000;
/** The other size of the `resolution` fault, and the one to go back to is the configured one. */
const OTHER_SIZE = { width: 960, height: 540 } as const;
/** When the button goes down within the act of ringing: with the arm at the bell. */
const PRESS_AFTER_MS = 800;

/** Starts a doorbell that does not exist; resolves when both streams can be viewed. */
export async function startDoorbell(
  options: DoorbellOptions,
  deps: DoorbellDeps = {},
): Promise<SimulatedDoorbell> {
  const { clock = systemClock, fetch: call = fetch } = deps;
  const happenings: Happening[] = [];
  const happen = (what: string, detail?: Happening['detail']) => {
    const happening = { at: clock.now(), what, ...(detail && { detail }) };
    happenings.push(happening);
    if (happenings.length > HAPPENINGS_KEPT) happenings.shift();
    deps.onHappening?.(happening);
  };
  const closing = new AbortController();
  /** Encoders that were ended on purpose. */
  const retired = new WeakSet<Source>();
  const sound = createSound();
  let scene: Scene = EMPTY_SCENE;
  let webhooks = options.webhooks ?? {};
  let fault: FaultKind = 'none';
  let skewMs = 0;
  let size = { width: options.width, height: options.height };
  let cancelHeal = () => {};
  let reportBroken: (error: Error) => void = () => {};
  const broken = new Promise<Error>((resolve) => {
    reportBroken = resolve;
  });

  const server: RtspServer = await startRtspServer({
    ...(options.host !== undefined && { host: options.host }),
    ...(options.rtspPort !== undefined && { port: options.rtspPort }),
    ...(options.credentials && { credentials: options.credentials }),
    clock,
    onViewer: (viewer) => {
      if (viewer.what === 'viewer-refused') return happen(viewer.what, { remote: viewer.remote });
      const { stream, transport, remote } = viewer.session;
      happen(viewer.what, {
        stream,
        transport,
        remote,
        ...(viewer.why !== undefined && { why: viewer.why }),
      });
    },
  });
  let source: Source;
  try {
    source = await publish();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }

  async function publish(): Promise<Source> {
    const painter = createPainter({ ...size, light: options.light, name: options.name });
    const started = startSource(
      { ...options, ...size, mainUrl: server.publishUrl('main'), subUrl: server.publishUrl('sub') },
      {
        startChild: deps.startChild ?? startChild,
        clock,
        sound,
        paint: () => painter.paint(momentAt(scene, clock.monotonic()), new Date(clock.now() + skewMs)),
      },
    );
    const late = AbortSignal.any([closing.signal, AbortSignal.timeout(READY_MS)]);
    const ended = started.exited.then(({ error, stderrTail }) => {
      throw new Error(`The encoder ended: ${error?.message ?? stderrTail.join(' | ')}`);
    });
    try {
      await Promise.race([ended, Promise.all([server.ready('main', late), server.ready('sub', late)])]);
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
    ended.catch((error: Error) => {
      if (!retired.has(started) && !closing.signal.aborted) reportBroken(error);
    });
    return started;
  }

  async function resize(to: { width: number; height: number }): Promise<void> {
    const before = source;
    size = to;
    retired.add(before);
    await before[Symbol.asyncDispose]();
    source = await publish();
  }

  const notify = (kind: keyof Webhooks) => {
    const url = webhooks[kind];
    if (url !== undefined) void callWebhook(kind, url, call, closing.signal, happen);
  };

  const ring = () => {
    sound.chime();
    happen('ring');
    notify('ring');
    return clock.now();
  };

  /** Plays an act; gives the epoch ms of what it is about: the press for `ring`, else its beginning. */
  const play = async (name: Act): Promise<number> => {
    let at = clock.now();
    scene = begin(scene, name, clock.monotonic());
    happen('act', { act: name });
    if (name === 'arrive') notify('motion');
    if (name === 'ring') {
      await pause(PRESS_AFTER_MS);
      at = ring();
    }
    await pause(ACT_MS[name] - (name === 'ring' ? PRESS_AFTER_MS : 0));
    return at;
  };

  const pause = (ms: number) =>
    new Promise<void>((resolve, reject) => {
      const cancel = clock.after(ms, resolve);
      const abort = () => {
        cancel();
        reject(new Error('The simulated doorbell was switched off.'));
      };
      if (closing.signal.aborted) abort();
      closing.signal.addEventListener('abort', abort, { once: true });
    });

  const heal = async () => {
    cancelHeal();
    fault = 'none';
    skewMs = 0;
    server.behave({ stalled: false, rejectAll: false, clockSkewMs: 0 });
    await server.accept(true);
    if (size.width !== options.width) await resize({ width: options.width, height: options.height });
  };

  const inject = async ({ kind, seconds }: Fault) => {
    await heal();
    happen('fault', { kind, ...(seconds !== undefined && { seconds }) });
    if (kind === 'drop') return server.dropViewers();
    fault = kind;
    if (kind === 'stall') server.behave({ stalled: true });
    if (kind === 'wrong-password') server.behave({ rejectAll: true });
    if (kind === 'refuse') await server.accept(false);
    if (kind === 'resolution') await resize(OTHER_SIZE);
    if (kind === 'clock-skew') {
      skewMs = (seconds ?? 3600) * 1000;
      server.behave({ clockSkewMs: skewMs });
    } else if (seconds !== undefined && kind !== 'none') {
      cancelHeal = clock.after(seconds * 1000, () => void heal().then(() => happen('healed', { kind })));
    }
  };

  const urlOf = (stream: string) => {
    const url = new URL(`rtsp://${options.host ?? '127.0.0.1'}:${server.port}/${stream}`);
    url.username = options.credentials?.user ?? '';
    url.password = options.credentials?.password ?? '';
    return url.href;
  };

  return {
    mainUrl: urlOf('main'),
    subUrl: urlOf('sub'),
    broken,
    ring,
    act: async (name) => void (await play(name)),
    visit: async () => {
      const times: Partial<Visit> = {};
      for (const step of ['arrive', 'ring', 'deliver', 'leave'] as const) {
        times[step] = await play(step);
      }
      return { ...(times as Visit), gone: clock.now() };
    },
    fault: inject,
    setWebhooks: (next) => {
      webhooks = next;
    },
    state: () => {
      const { visitor, parcelOnMat } = momentAt(scene, clock.monotonic());
      const streams = [...server.streams.keys()];
      const sessions = server.sessions();
      return { streams, sessions, fault, size, parcelOnMat, visitor: visitor !== undefined, happenings };
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      cancelHeal();
      await source[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
