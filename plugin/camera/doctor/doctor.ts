/** The doctor of a running hub: remembers how cameras did, and examines them when somebody asks. */
import type { DoctorReport, SecureVideoStatus } from '../../../protocol/api.ts';
import type { CameraConfig } from '../../config.ts';
import type { StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import { reason } from '../../system/problem.ts';
import type { Camera } from '../contract.ts';
import { CameraHistoryKeeper } from './camera-history.ts';
import { type CameraSubject, examineAll } from './examine.ts';
import type { EncoderFacts, OnvifFacts } from './facts.ts';
import { gatherHost, type HostDeps, type HostSubject } from './host-facts.ts';
import { SharedRuns } from './shared-runs.ts';

export interface DoctoredCamera {
  camera: Camera;
  config: CameraConfig;
  /** RTSP URL that is read, when it was found by ONVIF. */
  mainUrl?: () => string | undefined;
  /** What ONVIF told; left out where it is not configured. */
  onvif?: () => OnvifFacts | undefined | Promise<OnvifFacts | undefined>;
  secureVideo?: () => SecureVideoStatus | undefined;
  armed?: () => boolean;
}

export interface DoctorOptions {
  cameras: readonly DoctoredCamera[];
  ffmpeg: HostSubject['ffmpeg'];
  /** What encodes H.264 where it must be; asked anew each time, as a hardware encoder may turn out not to work. */
  encoder: () => EncoderFacts | undefined;
  /** Folder of the recordings. */
  storage: string;
  /** Ports that should answer now: API and HomeKit accessories. */
  ports: () => HostSubject['ports'];
  childBridge: boolean | undefined;
}

export interface DoctorDeps {
  clock: Clock;
  startChild: StartChild;
  /** Parts of the machine, for tests. */
  host?: Pick<HostDeps, 'interfaces' | 'askMdns'>;
}

export interface Doctor extends Disposable {
  /**
   * Examines host and cameras, or one camera without the host; takes up to 13 s. Those who ask for the same at the same time share one
   * examination. An unknown camera gives a report without cameras. Rejects only when `signal` aborts.
   */
  examine(options: { cameraId?: string; signal: AbortSignal }): Promise<DoctorReport>;
}

export function createDoctor(options: DoctorOptions, deps: DoctorDeps): Doctor {
  const runs = new SharedRuns<DoctorReport>();
  const patients = options.cameras.map((doctored) => ({
    ...doctored,
    history: new CameraHistoryKeeper(doctored.camera, deps.clock),
  }));

  async function examine(cameraId: string | undefined, signal: AbortSignal): Promise<DoctorReport> {
    const { clock, startChild } = deps;
    const { ffmpeg, storage, childBridge } = options;
    const encoder = usable(options.encoder(), ffmpeg);
    const chosen = patients.filter(({ camera }) => cameraId === undefined || camera.ref.id === cameraId);
    const host =
      cameraId === undefined
        ? gatherHost(
            {
              ...{ ffmpeg, encoder, storage, ports: options.ports(), childBridge },
              ...{ cameras: patients.length, hubRuns: true },
            },
            { clock, startChild, signal, ...deps.host },
          )
        : undefined;
    const subjects = await Promise.all(chosen.map(subjectOf));
    return examineAll(subjects, host, { clock, signal, encoder, hubRuns: true });
  }

  return {
    examine: ({ cameraId, signal }) =>
      runs.run(cameraId ?? '', signal, (shared) => examine(cameraId, shared)),
    [Symbol.dispose]() {
      for (const { history } of patients) history[Symbol.dispose]();
    },
  };
}

/** Software encoders are no part of every ffmpeg. */
function usable(encoder: EncoderFacts | undefined, ffmpeg: HostSubject['ffmpeg']): EncoderFacts | undefined {
  return encoder?.hardware || (encoder && ffmpeg?.encoders.has(encoder.name)) ? encoder : undefined;
}

async function subjectOf({
  camera,
  config,
  history,
  ...known
}: DoctoredCamera & { history: CameraHistoryKeeper }): Promise<CameraSubject> {
  return {
    ...{ camera, config, history: history.history },
    mainUrl: known.mainUrl?.(),
    // Privacy mode means that nobody goes near the camera.
    onvif: camera.state.privacy ? undefined : await onvifOf(known.onvif),
    secureVideo: known.secureVideo?.(),
    armed: known.armed?.(),
  };
}

/** What fails here is a finding, not a failure of the examination. */
async function onvifOf(ask: DoctoredCamera['onvif']): Promise<OnvifFacts | undefined> {
  try {
    return await ask?.();
  } catch (error) {
    return {
      connected: false,
      problem: {
        what: `ONVIF does not answer: ${reason(error)}.`,
        cure: 'Check address, port, user and password under "ONVIF" of this camera in the Doorstep settings.',
      },
    };
  }
}
