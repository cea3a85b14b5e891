/** Examines without a hub: reads Homebridge's configuration, and opens the cameras in it for a moment. */
import type { DoctorReport } from '../../protocol/api.ts';
import type { CameraRef } from '../../protocol/event.ts';
import type { Camera } from '../camera/contract.ts';
import { examineAll } from '../camera/doctor/examine.ts';
import type { EncoderFacts } from '../camera/doctor/facts.ts';
import { gatherHost } from '../camera/doctor/host-facts.ts';
import { onvifFacts } from '../camera/doctor/onvif-facts.ts';
import { type Ffmpeg, findFfmpeg } from '../camera/ffmpeg.ts';
import { identifyCameras, type KnownCamera } from '../camera/identity.ts';
import type { OnvifCamera } from '../camera/onvif/contract.ts';
import { openOnvif } from '../camera/onvif/onvif-camera.ts';
import { openCamera } from '../camera/rtsp-camera.ts';
import { openSwitches } from '../camera/switches.ts';
import { probeVideoEncoder } from '../camera/video-encoder-probe.ts';
import type { CameraConfig, Config } from '../config.ts';
import { readJson, storageFolder } from '../hub/storage-folder.ts';
import type { StartChild } from '../system/child.ts';
import { type Clock, sleep } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import { privateFile } from '../system/text-file.ts';
import { readHomebridgeConfig } from './homebridge-config.ts';

export interface AloneQuestion {
  homebridgeStorage: string;
  /** Slug or id of the only camera to examine. */
  camera?: string | undefined;
  signal: AbortSignal;
}

export interface AloneDeps {
  clock: Clock;
  startChild: StartChild;
}

/** A camera that has given no picture by then is examined as it is. */
const CONNECT_MS = 25_000;
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Opens each camera once, as the hub would, and closes it again; those in privacy mode are left alone. Nothing is written but a trial of the disk, which is taken away.
 *
 * @throws ProblemError `not-homebridge`, `config-unreadable`, `not-configured`, `no-such-camera`
 */
export async function examineAlone(
  { homebridgeStorage, camera: wanted, signal }: AloneQuestion,
  deps: AloneDeps,
): Promise<DoctorReport> {
  const { config, childBridge } = readHomebridgeConfig(homebridgeStorage);
  const folder = storageFolder(homebridgeStorage);
  const known = readJson(folder.cameras);
  const { refs } = identifyCameras(
    config.cameras,
    Array.isArray(known) ? (known as KnownCamera[]) : [],
    () => '',
  );
  const chosen = config.cameras
    .flatMap((camera, index) => (refs[index] ? [{ config: camera, ref: refs[index] }] : []))
    .filter(({ ref }) => wanted === undefined || ref.slug === wanted || ref.id === wanted);
  if (wanted !== undefined && chosen.length === 0) throw noSuchCamera(wanted, refs);

  const ffmpeg = await findFfmpeg(config.ffmpegPath ? { configured: config.ffmpegPath } : {}, deps).catch(
    () => undefined,
  );
  const encoder = ffmpeg && (await encoderOf(ffmpeg, config, deps));
  using switches = openSwitches(folder.switches, { openFile: privateFile, clock: deps.clock, log: SILENT });
  await using closing = new Closing();
  const opened = chosen.map(({ config: own, ref }) =>
    open(own, ref, { ...deps, ffmpeg, closing, privacy: switches.forCamera(ref.id).privacy }),
  );
  const cameras = await Promise.all(
    opened.map(async ({ onvif, ...subject }) => {
      await Promise.all([
        firstWord(
          subject.camera,
          ({ online, privacy, problem }) => online || privacy || !!problem,
          deps.clock,
          signal,
        ),
        onvif && firstWord(onvif, ({ reachable, problem }) => reachable || !!problem, deps.clock, signal),
      ]);
      return { ...subject, mainUrl: subject.found(), ...(onvif && { onvif: await onvifFacts(onvif) }) };
    }),
  );
  signal.throwIfAborted();
  const host =
    wanted === undefined
      ? gatherHost(
          {
            ...{ ffmpeg, encoder, childBridge, cameras: config.cameras.length, hubRuns: false },
            ports: config.api.port > 0 ? [{ what: 'web app and API', port: config.api.port }] : [],
            storage: homebridgeStorage,
          },
          { ...deps, signal },
        )
      : undefined;
  const report = await examineAll(cameras, host, { clock: deps.clock, signal, encoder, hubRuns: false });
  signal.throwIfAborted();
  return report;
}

async function encoderOf(ffmpeg: Ffmpeg, config: Config, deps: AloneDeps): Promise<EncoderFacts | undefined> {
  const encoder = await probeVideoEncoder(ffmpeg, { ...deps, setting: config.encoder });
  return encoder.hardware || ffmpeg.encoders.has(encoder.name) ? encoder : undefined;
}

interface Opened {
  camera: Camera;
  config: CameraConfig;
  onvif: OnvifCamera | undefined;
  /** RTSP address of the main stream that was found by ONVIF. */
  found: () => string | undefined;
}

interface OpenDeps extends AloneDeps {
  closing: Closing;
  ffmpeg: Ffmpeg | undefined;
  /** Whether nobody may go near the camera. */
  privacy: boolean;
}

/** As the hub does, but nobody listens to its events: some cameras have only one listener. */
function open(
  own: CameraConfig,
  ref: CameraRef,
  { closing, ffmpeg, clock, startChild, privacy }: OpenDeps,
): Opened {
  const config = own.onvif ? { ...own, onvif: { ...own.onvif, events: false } } : own;
  const onvif =
    config.onvif && !privacy
      ? closing.use(openOnvif({ config: config.onvif, name: ref.name }, { clock, log: SILENT }))
      : undefined;
  const { kind, main, detect, transport } = config;
  let found: string | undefined;
  const asked = async () => {
    found = (await onvif?.streams())?.main;
    return found ?? '';
  };
  const streams = { main: main ?? asked, transport, privacy, ...(detect && { detect }) };
  const camera = openCamera({ ref, kind, ...streams }, { ffmpeg, clock, startChild, log: SILENT });
  return { camera: closing.use(camera), config, onvif, found: () => found };
}

/** Until it has said what is to be known of it. */
async function firstWord<S>(
  thing: { readonly state: S; onState(listener: (state: S) => void): () => void },
  enough: (state: S) => boolean,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const heard = new AbortController();
  const end = thing.onState((state) => {
    if (enough(state)) heard.abort();
  });
  if (!enough(thing.state)) await sleep(clock, CONNECT_MS, AbortSignal.any([signal, heard.signal]));
  end();
}

function noSuchCamera(wanted: string, refs: readonly { slug: string }[]): ProblemError {
  const slugs = refs.map(({ slug }) => slug).join(', ');
  return new ProblemError({
    code: 'no-such-camera',
    what: `There is no camera "${wanted}".`,
    cure: slugs ? `Those there are: ${slugs}.` : 'None is configured.',
  });
}
