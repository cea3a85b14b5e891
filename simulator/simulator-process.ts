import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BackchannelKind, Heard } from './backchannel.ts';
import type { DoorbellState } from './doorbell.ts';
import type { AudioCodec, VideoCodec } from './encoder-args.ts';
import type { Fault } from './faults.ts';
import type { Brand } from './onvif/brands.ts';
import type { Act, VisitKind } from './scene/scene-state.ts';
import type { Change } from './scene/surroundings.ts';
import type { Visit, Webhooks } from './visit.ts';

export interface SimulatorOptions {
  user?: string;
  password?: string;
  gopSeconds?: number;
  fps?: number;
  /** `WxH`, such as `640x360`. */
  size?: string;
  /** Of the main stream. */
  video?: VideoCodec;
  sub?: VideoCodec | 'none';
  bFrames?: number;
  slices?: number;
  audio?: AudioCodec;
  /** The only one that viewers may ask for. */
  transport?: 'tcp' | 'udp';
  backchannel?: BackchannelKind;
  /** RTSP over TLS alone. */
  tls?: boolean;
  /** Speaks ONVIF as this brand does; where, `state` tells. */
  onvif?: Brand;
  onvifPort?: number;
  clip?: string;
  evening?: boolean;
  name?: string;
  ffmpeg?: string;
  rtspPort?: number;
}

/** A doorbell in a process of its own, as a real one would be. */
export interface Simulator extends AsyncDisposable {
  readonly main: string;
  /** Answers 404 when there is no sub-stream. */
  readonly sub: string;
  /** Base URL of the control port. */
  readonly control: string;
  readonly pid: number;
  /** Presses the button; gives the epoch ms of the press. */
  ring(): Promise<number>;
  act(act: Act): Promise<void>;
  /** A courier's visit unless another one is asked for. */
  visit<K extends VisitKind = 'deliver'>(kind?: K): Promise<Visit<K>>;
  /** Changes light or weather, or has something pass by. */
  change(change: Change): Promise<void>;
  fault(kind: Fault['kind'], seconds?: number): Promise<void>;
  state(): Promise<DoorbellState>;
  /** What was said to it. @throws Error when it has no backchannel */
  heard(): Promise<Heard>;
  setWebhooks(webhooks: Webhooks): Promise<void>;
}

/** Source or built, as this file is. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? 'main.ts' : 'main.js', import.meta.url));

/** Starts the simulator command and waits until its streams can be viewed. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const child = spawn(process.execPath, [MAIN, '--with-parent', ...argsOf(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close');
  child.stdin.on('error', () => {});
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited.then(() => undefined)]);
  if (!first) throw new Error(`The simulator did not start: ${complaints.trim()}`);
  const { main, sub, control, pid } = JSON.parse(String(first[0]));

  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const reply = await fetch(`${control}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    if (!reply.ok) throw new Error(`The simulator said: ${await reply.text()}`);
    return (await reply.json()) as T;
  };

  return {
    main,
    sub,
    control,
    pid,
    ring: async () => (await ask<{ at: number }>('POST', '/ring')).at,
    act: async (act) => void (await ask('POST', `/acts/${act}`)),
    visit: async <K extends VisitKind>(kind?: K): Promise<Visit<K>> =>
      ask('POST', `/visits/${kind ?? 'deliver'}`),
    change: async (change) => void (await ask('POST', '/scene', change)),
    fault: async (kind, seconds) => void (await ask('POST', '/fault', { kind, seconds })),
    state: () => ask('GET', '/state'),
    heard: async () => readHeard(await ask('GET', '/heard')),
    setWebhooks: async (webhooks) => void (await ask('POST', '/webhooks', webhooks)),
    [Symbol.asyncDispose]: async () => {
      child.stdin.destroy();
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function readHeard(reply: Heard | { packets?: undefined }): Heard {
  if (!reply.packets) throw new Error('The simulator has no backchannel.');
  const bytes = (payload: unknown) => Buffer.from(String(payload), 'base64');
  return {
    ...reply,
    packets: reply.packets.map((packet) => ({ ...packet, payload: bytes(packet.payload) })),
  };
}

function argsOf({
  gopSeconds,
  bFrames,
  rtspPort,
  onvifPort,
  evening,
  tls,
  ...options
}: SimulatorOptions): string[] {
  const named = {
    ...options,
    gop: gopSeconds,
    'b-frames': bFrames,
    'rtsp-port': rtspPort,
    'onvif-port': onvifPort,
  };
  return [
    ...Object.entries(named).flatMap(([option, value]) =>
      value === undefined ? [] : [`--${option}`, `${value}`],
    ),
    ...(evening ? ['--evening'] : []),
    ...(tls ? ['--tls'] : []),
  ];
}
