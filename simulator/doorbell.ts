import { type StartChild, startChild } from '../plugin/system/child.ts';
import { type Clock, systemClock } from '../plugin/system/clock.ts';
import { Closing } from '../plugin/system/closing.ts';
import type { BackchannelKind, Heard } from './backchannel.ts';
import type { Credentials } from './digest-auth.ts';
import { type CameraEncoder, type CameraEncoderOptions, type Size, startCameraEncoder } from './encoder.ts';
import { createFaults, type Fault, type FaultKind } from './faults.ts';
import { createHappenings, type Happening } from './happenings.ts';
import {
  type DoorbellOnvif,
  type DoorbellOnvifOptions,
  type OnvifInfo,
  startDoorbellOnvif,
} from './onvif/doorbell-onvif.ts';
import { startRtspServer, type ViewerHappening } from './rtsp-server.ts';
import type { ViewerSession } from './rtsp-viewer.ts';
import type { Light } from './scene/light.ts';
import type { Act, VisitKind } from './scene/scene-state.ts';
import type { Change } from './scene/surroundings.ts';
import { selfSigned } from './self-signed.ts';
import { createSound } from './sound.ts';
import type { Transport } from './transport.ts';
import { createVisitor, type Visit, type Webhooks } from './visit.ts';

export interface DoorbellOptions extends CameraEncoderOptions {
  /** Address that viewers reach. Default 127.0.0.1. */
  host?: string;
  rtspPort?: number;
  /** Asks viewers for these, by Digest. */
  credentials?: Credentials;
  /** The only transport that it knows; viewers who want another get 461. Default: both. */
  transport?: Transport['kind'];
  /** Speaks RTSP over TLS alone (`rtsps`), with a certificate that it signed itself, as cameras do. */
  tls?: boolean;
  /** Codec in which it can be talked to; `none` (default) has no backchannel. */
  backchannel?: BackchannelKind;
  webhooks?: Webhooks;
  /** What light it begins in. Default `day`. */
  light?: Light;
  /** Speaks ONVIF too, with the same user and password. */
  onvif?: DoorbellOnvifOptions;
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
  size: Size;
  parcelOnMat: boolean;
  visitor: boolean;
  happenings: readonly Happening[];
  onvif?: OnvifInfo;
}

export interface SimulatedDoorbell extends AsyncDisposable {
  /** With user name and password, when there are any. */
  readonly mainUrl: string;
  /** Answers 404 when there is no sub-stream. */
  readonly subUrl: string;
  /** Presses the button: the chime sounds, the ring webhook is called. Gives the epoch ms of the press. */
  ring(): number;
  /** Plays one act; resolves when it is over. `arrive` and `come` call the motion webhook, `ring` presses the button. */
  act(act: Act): Promise<void>;
  /** A whole visit; `deliver` is arrive, ring, deliver, leave. */
  visit<K extends VisitKind>(kind: K): Promise<Visit<K>>;
  /** Changes light or weather, or has something pass by. */
  change(change: Change): void;
  fault(fault: Fault): Promise<void>;
  setWebhooks(webhooks: Webhooks): void;
  state(): DoorbellState;
  /** What was said to it; undefined when it has no backchannel. */
  heard(): Heard | undefined;
  /** Its ONVIF side, where it has one. */
  readonly onvif: DoorbellOnvif | undefined;
  /** Resolves when the encoder ended without being asked to. */
  readonly broken: Promise<Error>;
}

/** Starts a doorbell that does not exist; resolves when its streams can be viewed. */
export async function startDoorbell(
  options: DoorbellOptions,
  deps: DoorbellDeps = {},
): Promise<SimulatedDoorbell> {
  const closing = new Closing();
  try {
    return await openDoorbell(options, deps, closing);
  } catch (error) {
    await closing[Symbol.asyncDispose]();
    throw error;
  }
}

async function openDoorbell(
  options: DoorbellOptions,
  deps: DoorbellDeps,
  closing: Closing,
): Promise<SimulatedDoorbell> {
  const { host = '127.0.0.1', rtspPort, credentials, transport, tls } = options;
  const { clock = systemClock, fetch: call = fetch } = deps;
  const { happen, all: happenings } = createHappenings(clock, (happening) => {
    onvif?.happened(happening);
    deps.onHappening?.(happening);
  });
  let onvif: DoorbellOnvif | undefined;
  const sound = createSound();
  let webhooks = options.webhooks ?? {};

  const server = closing.use(
    await startRtspServer({
      ...{ host, clock },
      ...(rtspPort !== undefined && { port: rtspPort }),
      ...(credentials && { credentials }),
      ...(transport && { transport }),
      ...(options.backchannel && { backchannel: options.backchannel }),
      ...(tls && { tls: selfSigned(host, clock.now()) }),
      onViewer: (viewer) => happen(viewer.what, viewerDetail(viewer)),
    }),
  );
  const addressOf = (stream: string) => `${tls ? 'rtsps' : 'rtsp'}://${host}:${server.port}/${stream}`;
  if (options.onvif) {
    const onvifDeps = { clock, host, url: addressOf, ...(credentials && { credentials }) };
    onvif = closing.use(await startDoorbellOnvif(options.onvif, options, onvifDeps));
  }
  const switchedOff = new AbortController();
  const visitor = createVisitor({
    ...{ clock, sound, fetch: call, happen, signal: switchedOff.signal },
    webhooks: () => webhooks,
    surroundings: { light: options.light ?? 'day', raining: false },
  });
  const faults = createFaults({ clock, server, happen, encoder: () => encoder });
  const encoder: CameraEncoder = closing.use(
    await startCameraEncoder(options, {
      ...{ startChild: deps.startChild ?? startChild, clock, server, sound },
      moment: visitor.moment,
      skewMs: () => faults.skewMs,
      hidden: () => onvif?.server.masks() ?? [],
    }),
  );
  closing.defer(async () => {
    switchedOff.abort();
    faults[Symbol.dispose]();
  });

  const urlOf = (stream: string) => {
    const url = new URL(addressOf(stream));
    url.username = credentials?.user ?? '';
    url.password = credentials?.password ?? '';
    return url.href;
  };

  return {
    mainUrl: urlOf('main'),
    subUrl: urlOf('sub'),
    broken: encoder.broken,
    onvif,
    ring: visitor.ring,
    act: async (name) => void (await visitor.act(name)),
    visit: visitor.visit,
    change: visitor.change,
    fault: faults.inject,
    heard: server.heard,
    setWebhooks: (next) => {
      webhooks = next;
    },
    state: () => {
      const { visitor: present, parcelOnMat } = visitor.moment();
      return {
        ...{ streams: [...server.streams.keys()], sessions: server.sessions(), size: encoder.size },
        ...{ fault: faults.current, parcelOnMat, visitor: present !== undefined, happenings },
        ...(onvif && { onvif: onvif.info() }),
      };
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

function viewerDetail(viewer: ViewerHappening): NonNullable<Happening['detail']> {
  if (viewer.what === 'viewer-refused') return { remote: viewer.remote };
  const { stream, transport, remote } = viewer.session;
  return { stream, transport, remote, ...(viewer.why !== undefined && { why: viewer.why }) };
}
