/** One configured camera with all that belongs to it: ONVIF, talk, reading, motion, switches, what happens in front of it. */
import { createCameraNews } from '../camera/camera-news.ts';
import type { Camera } from '../camera/contract.ts';
import type { Ffmpeg } from '../camera/ffmpeg.ts';
import type { OnvifCamera } from '../camera/onvif/contract.ts';
import type { MaskTokens } from '../camera/onvif/masks.ts';
import { openOnvif } from '../camera/onvif/onvif-camera.ts';
import { takeMasksAway } from '../camera/onvif/unwanted-masks.ts';
import { openCamera } from '../camera/rtsp-camera.ts';
import type { StreamSource } from '../camera/stream-source.ts';
import type { CameraSwitches } from '../camera/switches.ts';
import { createCameraTalk } from '../camera/talk/camera-talk.ts';
import type { EncoderChoice } from '../camera/video-encoder-choice.ts';
import type { CameraConfig } from '../config.ts';
import { type CameraWatch, watchCamera } from '../detection/watch-camera.ts';
import type { EventBus } from '../events/bus.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import type { Closing } from '../system/closing.ts';
import { type Log, prefixed } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { type AppliedSwitches, applySwitches } from './apply-switches.ts';
import type { CameraDetection } from './detection.ts';
import { areasOf } from './drawn-areas.ts';
import { createFoundStreams } from './found-streams.ts';
import { inTime } from './in-time.ts';
import { createSightings, type Sightings } from './sightings.ts';

export interface CameraUnit {
  readonly camera: Camera;
  readonly config: CameraConfig;
  readonly switches: CameraSwitches;
  readonly applied: AppliedSwitches;
  readonly sightings: Sightings;
  readonly detection: CameraDetection;
  readonly watch: CameraWatch;
  /** Undefined where it is not configured. */
  readonly onvif: OnvifCamera | undefined;
  /** RTSP address of the main stream that was found by ONVIF. */
  foundUrl(): string | undefined;
}

export interface CameraUnitDeps {
  ffmpeg: Ffmpeg | undefined;
  encoders: EncoderChoice;
  switches: CameraSwitches;
  maskTokens: MaskTokens;
  detection: CameraDetection;
  events: EventBus;
  startChild: StartChild;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  stack: Closing;
}

/** Starts it; what it opens closes with `stack`. Never throws. */
export function startCameraUnit(config: CameraConfig, ref: Camera['ref'], given: CameraUnitDeps): CameraUnit {
  const deps = { ...given, log: prefixed(given.log, ref.name) };
  const { events, detection, switches, clock, log, signal, stack, maskTokens } = deps;
  const onvif =
    config.onvif &&
    openOnvif(
      { config: config.onvif, name: ref.name, paused: switches.privacy },
      { clock, log: given.log, maskTokens },
    );
  const streams = streamSources(config, onvif, clock);
  const camera = openUnitCamera(config, ref, { ...deps, onvif, streams });
  // Together: each says goodbye to the camera, which may take seconds, and Homebridge waits for five.
  stack.defer(() => Promise.all([camera[Symbol.asyncDispose](), onvif?.[Symbol.asyncDispose]()]));
  const eyes = detection.eyes();
  const watch = watchCamera(
    { ...detection, camera, eyes, config: config.detection, bus: events, clock, log },
    signal,
  );
  const sightings = createSightings({
    ...{ camera, watch, switches, events, clock },
    ...{ parcels: detection.parcels, config: config.detection },
  });
  const publish = (draft: Parameters<EventBus['publish']>[0]) => void events.publish(draft);
  const applied = stack.use(applySwitches({ camera, onvif, switches, watch, publish, clock, log }));

  const newsOf = createCameraNews({ privacy: switches.privacy });
  camera.onState((state) => {
    const phase = newsOf(state);
    // That of privacy mode is told by `applySwitches`, when nothing reads the camera any more.
    if (phase === 'online' || phase === 'offline')
      publish({ kind: 'camera', phase, camera: ref, at: state.since });
  });
  if (onvif) {
    hearOnvif(onvif, { rings: config.kind === 'doorbell', sightings, log });
    const unwanted = () =>
      config.masksBy === 'hub' || config.masks.length + detection.zones.zones.privacy.length === 0;
    const taking = stack.use(takeMasksAway({ onvif, tokens: maskTokens, unwanted }));
    stack.defer(detection.zones.onChange(taking.again));
  }
  return { camera, config, switches, applied, sightings, detection, watch, onvif, foundUrl: streams.found };
}

interface UnitStreams {
  main: StreamSource;
  detect: StreamSource | undefined;
  found: () => string | undefined;
}

/** What the owner wrote; without a main stream, what the camera says by ONVIF. */
function streamSources(
  { main, detect }: CameraConfig,
  onvif: OnvifCamera | undefined,
  clock: Clock,
): UnitStreams {
  if (main !== undefined || !onvif) return { main: main ?? '', detect, found: () => undefined };
  const streams = createFoundStreams(onvif, clock);
  return { main: streams.main, detect: detect ?? streams.detect, found: streams.known };
}

/** Longer than this nobody waits for a picture: until the camera has answered, the hub masks it. */
const MASKS_MS = 2_000;

function openUnitCamera(
  { kind, transport, masks, masksBy, talk }: CameraConfig,
  ref: Camera['ref'],
  deps: CameraUnitDeps & { onvif: OnvifCamera | undefined; streams: UnitStreams },
): Camera {
  const { onvif, streams, ffmpeg, startChild, clock, log, encoders, switches, detection } = deps;
  return openCamera(
    {
      ...{ ref, kind, transport, main: streams.main, privacy: switches.privacy, masks: areasOf(masks) },
      drawnMasks: detection.zones.zones.privacy,
      ...(streams.detect !== undefined && { detect: streams.detect }),
      ...(onvif &&
        masksBy === 'auto' && {
          maskedByCamera: (all) => inTime(onvif.masks.write(all), false, MASKS_MS, clock),
        }),
      talk: createCameraTalk(
        { config: talk, url: streams.main },
        { ffmpeg: ffmpeg?.path, startChild, clock, log },
      ),
    },
    { ffmpeg, startChild, clock, log, encoders },
  );
}

/** What the camera says by itself. What the household switched off is no fault. */
function hearOnvif(
  onvif: OnvifCamera,
  { rings, sightings, log }: { rings: boolean; sightings: Sightings; log: Log },
): void {
  onvif.onEvent(({ kind, active, at, topic }) => {
    // What is the button of a door station is any contact at a camera.
    if (kind === 'ring' && !rings) return;
    // Motion and people leave by themselves after a while; a package does not.
    if (!active && kind !== 'package') return;
    try {
      sightings.report({ kind: active ? kind : 'package-removed', source: 'onvif', at });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      log.debug(`ONVIF: ${topic} is not taken: ${reason(error)}`);
    }
  });
}
