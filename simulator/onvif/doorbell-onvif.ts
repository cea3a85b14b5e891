/** The ONVIF side of a simulated doorbell: its streams are real, and what happens at the door becomes events. */
import type { Clock } from '../../plugin/system/clock.ts';
import type { Credentials } from '../digest-auth.ts';
import { type EncoderOptions, SUB_HEIGHT } from '../encoder-args.ts';
import type { Happening } from '../happenings.ts';
import { ACT_MS } from '../scene/scene-state.ts';
import type { Brand, SeenKind } from './brands.ts';
import type { SimulatedStream } from './device.ts';
import { type OnvifFault, type SimulatedOnvif, startOnvifServer } from './onvif-server.ts';

export interface DoorbellOnvifOptions {
  brand: Brand;
  /** Default: any free one. */
  port?: number;
}

export interface DoorbellOnvifDeps {
  clock: Clock;
  host: string;
  credentials?: Credentials;
  /** RTSP address of a stream, without user and password. */
  url: (stream: 'main' | 'sub') => string;
}

export interface OnvifInfo {
  host: string;
  port: number;
  brand: Brand;
  /** Corners from 0 (left, top) to 1. */
  masks: [number, number][][];
  outputLevel?: number;
  subscriptions: number;
}

export interface DoorbellOnvif extends AsyncDisposable {
  readonly server: SimulatedOnvif;
  info(): OnvifInfo;
  /** Tells subscribers what happened. */
  happened(happening: Happening): void;
}

/** How long a finger stays on the button. */
const PRESS_MS = 500;
/** Faults of the doorbell that its ONVIF side has, too. */
const FAULTS: Readonly<Record<string, OnvifFault>> = { refuse: 'refuse', 'wrong-password': 'wrong-password' };

type Shape = Pick<
  EncoderOptions,
  'width' | 'height' | 'fps' | 'gopSeconds' | 'video' | 'sub' | 'audio' | 'clip'
> & {
  name: string;
};

export async function startDoorbellOnvif(
  { brand, port }: DoorbellOnvifOptions,
  shape: Shape,
  { clock, host, credentials, url }: DoorbellOnvifDeps,
): Promise<DoorbellOnvif> {
  const server = await startOnvifServer({
    ...{ name: shape.name, brand, host, clock, streams: streamsOf(shape, url) },
    // A file is played as it is.
    ...(shape.clip !== undefined && { masks: false as const }),
    ...(port !== undefined && { port }),
    ...(credentials && { credentials }),
  });
  const timers = new Set<() => void>();
  const see = (kind: SeenKind, active: boolean, afterMs = 0) => {
    if (afterMs === 0) return void server.see(kind, active);
    const cancel = clock.after(afterMs, () => {
      timers.delete(cancel);
      server.see(kind, active);
    });
    timers.add(cancel);
  };
  const acted = (act: unknown) => {
    if (act === 'arrive' || act === 'come') for (const kind of ['motion', 'person'] as const) see(kind, true);
    if (act === 'deliver') see('package', true, ACT_MS.deliver);
    if (act === 'take') see('package', false, ACT_MS.take);
    if (act === 'leave') for (const kind of ['person', 'motion'] as const) see(kind, false, ACT_MS.leave);
  };

  return {
    server,
    info: () => ({
      ...{ host, port: server.port, brand, masks: server.masks(), subscriptions: server.subscriptions },
      ...(server.outputLevel !== undefined && { outputLevel: server.outputLevel }),
    }),
    happened({ what, detail }) {
      if (what === 'act') acted(detail?.act);
      if (what === 'healed') server.fault('none');
      if (what === 'ring') {
        see('ring', true);
        see('ring', false, PRESS_MS);
      }
      if (what === 'fault') {
        server.fault(FAULTS[String(detail?.kind)] ?? 'none');
        server.setSkew(detail?.kind === 'clock-skew' ? Number(detail.seconds ?? 3600) * 1000 : 0);
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const cancel of timers) cancel();
      await server[Symbol.asyncDispose]();
    },
  };
}

function streamsOf(shape: Shape, url: (stream: 'main' | 'sub') => string): SimulatedStream[] {
  const { width, height, fps, gopSeconds, audio } = shape;
  const common = {
    fps,
    gopLength: Math.round(fps * gopSeconds),
    ...(audio !== 'none' && { audio: AUDIO[audio] }),
  };
  const codec = (name: 'h264' | 'hevc' | undefined) => (name === 'hevc' ? 'H265' : 'H264');
  const main = {
    token: 'main',
    url: url('main'),
    codec: codec(shape.video),
    width,
    height,
    ...common,
  } as const;
  if (shape.sub === 'none') return [main];
  const small = Math.min(height, SUB_HEIGHT);
  const size = { width: 2 * Math.round((width * small) / height / 2), height: small };
  return [main, { token: 'sub', url: url('sub'), codec: codec(shape.sub), ...size, ...common }];
}

const AUDIO = { aac: 'MP4A-LATM', pcmu: 'PCMU', pcma: 'PCMA', opus: 'OPUS' } as const;
