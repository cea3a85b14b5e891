import type { StartChild } from '../plugin/system/child.ts';
import type { Clock } from '../plugin/system/clock.ts';
import { type EncoderOptions, streamNames } from './encoder-args.ts';
import { hideAreas } from './onvif/hidden-areas.ts';
import type { RtspServer } from './rtsp-server.ts';
import { createPainter } from './scene/painter.ts';
import type { Moment } from './scene/scene-state.ts';
import type { Sound } from './sound.ts';
import { type Source, startSource } from './source.ts';

/** Of the main stream, in pixels. */
export interface Size {
  width: number;
  height: number;
}

export interface CameraEncoderOptions extends Omit<EncoderOptions, 'mainUrl' | 'subUrl'> {
  ffmpeg: string;
  /** Shown in the picture. */
  name: string;
}

export interface CameraEncoderDeps {
  startChild: StartChild;
  clock: Clock;
  server: RtspServer;
  sound: Sound;
  /** What is to be seen now. */
  moment(): Moment;
  /** How far the clock in the picture is ahead, in ms. */
  skewMs(): number;
  /** What the camera hides by itself: polygons of corners from 0 (left, top) to 1. */
  hidden(): [number, number][][];
}

/** The encoder of all streams; it can be exchanged for one of another size, as when somebody changes the camera's settings. */
export interface CameraEncoder extends AsyncDisposable {
  readonly size: Size;
  resize(to: Size): Promise<void>;
  /** Resolves when it ended without being asked to. */
  readonly broken: Promise<Error>;
}

const READY_MS = 30_000;

/** Resolves when each stream can be viewed. @throws Error when the encoder ends, or gives nothing for 30 s. */
export async function startCameraEncoder(
  options: CameraEncoderOptions,
  deps: CameraEncoderDeps,
): Promise<CameraEncoder> {
  const { startChild, clock, server, sound } = deps;
  const closing = new AbortController();
  /** Sources that were ended on purpose. */
  const retired = new WeakSet<Source>();
  let size: Size = { width: options.width, height: options.height };
  let reportBroken: (error: Error) => void = () => {};
  const broken = new Promise<Error>((resolve) => {
    reportBroken = resolve;
  });

  const publish = async (): Promise<Source> => {
    const shape = size;
    const painter = createPainter({ ...shape, name: options.name });
    const started = startSource(
      { ...options, ...size, mainUrl: server.publishUrl('main'), subUrl: server.publishUrl('sub') },
      {
        ...{ startChild, clock, sound },
        paint: () => {
          const picture = painter.paint(deps.moment(), new Date(clock.now() + deps.skewMs()));
          hideAreas(picture, shape, deps.hidden());
          return picture;
        },
      },
    );
    const late = AbortSignal.any([closing.signal, AbortSignal.timeout(READY_MS)]);
    const ended = started.exited.then(({ error, stderrTail }) => {
      throw new Error(`The encoder ended: ${error?.message ?? stderrTail.join(' | ')}`);
    });
    try {
      await Promise.race([ended, Promise.all(streamNames(options).map((name) => server.ready(name, late)))]);
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
    ended.catch((error: Error) => {
      if (!retired.has(started) && !closing.signal.aborted) reportBroken(error);
    });
    return started;
  };

  let source = await publish();
  return {
    get size() {
      return size;
    },
    broken,
    async resize(to) {
      size = to;
      retired.add(source);
      await source[Symbol.asyncDispose]();
      source = await publish();
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await source[Symbol.asyncDispose]();
    },
  };
}
