/** What the rooms that speak to people and programs may ask of the hub. */
import { type HealthInfo, type Problem, type SecureVideoStatus, SNOOZE_MINUTES } from '../../protocol/api.ts';
import type { HubServices } from '../api/contract.ts';
import { createDoctor } from '../camera/doctor/doctor.ts';
import { onvifFacts } from '../camera/doctor/onvif-facts.ts';
import type { Ffmpeg } from '../camera/ffmpeg.ts';
import { discoverCameras } from '../camera/onvif/discovery.ts';
import { switchChange } from '../camera/switches.ts';
import type { EncoderChoice } from '../camera/video-encoder-choice.ts';
import type { EventBus } from '../events/bus.ts';
import type { Recordings } from '../recordings/contract.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import type { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import type { CameraUnit } from './camera-unit.ts';
import type { Detection } from './detection.ts';
import { createDetectionOrders } from './detection-orders.ts';
import { createCameraFinder } from './find-cameras.ts';

/** What HomeKit tells the hub, once there are accessories. */
export interface HomeKitSide {
  secureVideo(cameraId: string): SecureVideoStatus | undefined;
  /** TCP ports on which accessories should answer now. */
  ports(): { what: string; port: number }[];
}

export interface HubServicesOptions {
  version: string;
  units: readonly CameraUnit[];
  events: EventBus;
  recordings: Recordings;
  detection: Pick<Detection, 'decisions' | 'household'>;
  exports: HubServices['exports'];
  ffmpeg: Ffmpeg | undefined;
  encoders: EncoderChoice;
  /** Folder of the spool. The doctor looks at nothing that is not on this machine's own disk. */
  spool: string;
  childBridge: boolean;
  /** Undefined until HomeKit has joined. */
  homekit: () => HomeKitSide | undefined;
  /** Port on which the API listens; undefined when it does not. */
  apiPort: () => number | undefined;
  problems: () => Problem[];
}

export interface HubServicesDeps {
  clock: Clock;
  log: Log;
  startChild: StartChild;
  stack: Closing;
}

export function createHubServices(
  options: HubServicesOptions,
  { clock, log, startChild, stack }: HubServicesDeps,
): HubServices {
  const { version, units, events, recordings, ffmpeg, encoders, homekit, problems } = options;
  const startedAt = clock.monotonic();
  const doctor = stack.use(
    createDoctor(
      {
        cameras: units.map(({ camera, config, onvif, switches, foundUrl }) => ({
          ...{ camera, config, mainUrl: foundUrl },
          ...(onvif && { onvif: () => onvifFacts(onvif) }),
          secureVideo: () => homekit()?.secureVideo(camera.ref.id),
          armed: () => switches.armed,
        })),
        ffmpeg,
        encoder: () => (ffmpeg ? encoders.current() : undefined),
        storage: options.spool,
        ports: () => {
          const port = options.apiPort();
          return [
            ...(port === undefined ? [] : [{ what: 'Web app and API', port }]),
            ...(homekit()?.ports() ?? []),
          ];
        },
        childBridge: options.childBridge,
      },
      { clock, startChild },
    ),
  );
  const unitOf = (cameraId: string): CameraUnit => {
    const unit = units.find(({ camera }) => camera.ref.id === cameraId);
    if (unit) return unit;
    throw new ProblemError({
      code: 'no-such-camera',
      what: `There is no camera ${cameraId}.`,
      cure: 'Ask /api/v1/cameras for those there are.',
    });
  };
  const health = (): HealthInfo => ({
    ok: problems().length === 0,
    version,
    uptimeMs: Math.round(clock.monotonic() - startedAt),
    lastSeq: events.lastSeq,
    cameras: { total: units.length, online: units.filter(({ camera }) => camera.state.online).length },
    ...(ffmpeg && { ffmpeg: { version: ffmpeg.version, origin: ffmpeg.origin } }),
    problems: problems(),
  });
  return {
    version,
    cameras: () => units.map(({ camera }) => camera),
    events,
    clips: recordings,
    storage: recordings,
    exports: options.exports,
    detection: createDetectionOrders({ unitOf, detection: options.detection }),
    health,
    // Only what the picture alone shall tell of, and a package that lies there already, makes no event; neither can be triggered here.
    trigger: (id, kind, { test, from }) => unitOf(id).sightings.report({ kind, test, source: from }) ?? '',
    about(id) {
      const { switches, detection, watch } = unitOf(id);
      const packages = detection.parcels.here().map((each) => ({ ...each, confirmed: watch.certain }));
      const secureVideo = homekit()?.secureVideo(id);
      const { armed, snoozedUntil } = switches;
      return {
        ...{ armed, packages },
        ...(snoozedUntil !== undefined && { snoozedUntil }),
        ...(secureVideo && { secureVideo }),
      };
    },
    async act(id, action, { minutes = SNOOZE_MINUTES.default } = {}) {
      const { switches, applied, detection } = unitOf(id);
      if (action === 'packages-collected') return detection.parcels.household('collected');
      if (action === 'removal-explained') return detection.parcels.explain();
      if (action === 'door-opened') return detection.parcels.household('door');
      if (action === 'snooze') switches.snooze(minutes * 60_000);
      else switches.set(switchChange(action));
      await applied.settled();
    },
    examine: (what) => doctor.examine(what),
    discover: createCameraFinder(units, (signal) => discoverCameras({ clock, log, signal })),
  };
}
