/** Examines cameras and host: gathers the facts, and has them judged. */
import type { CameraReport, DoctorReport, SecureVideoStatus } from '../../../protocol/api.ts';
import type { CameraConfig } from '../../config.ts';
import type { Clock } from '../../system/clock.ts';
import type { Camera } from '../contract.ts';
import { brandOf } from './brand.ts';
import { connectionVerdicts } from './connection-verdicts.ts';
import { describeSound } from './described-sound.ts';
import type { CameraFacts, CameraHistory, EncoderFacts, HostFacts, OnvifFacts } from './facts.ts';
import { hostVerdicts } from './host-verdicts.ts';
import { measureCamera } from './measure-camera.ts';
import { reachRtsp, streamAddress } from './rtsp-reach.ts';
import { secureVideoRules } from './secure-video-rules.ts';
import { streamVerdicts } from './stream-verdicts.ts';

/** One camera, and what is known of it besides its own state. */
export interface CameraSubject {
  camera: Camera;
  config: CameraConfig;
  /** RTSP URL that is read, when it is not `config.main` but was found by ONVIF. */
  mainUrl?: string | undefined;
  history?: CameraHistory | undefined;
  onvif?: OnvifFacts | undefined;
  secureVideo?: SecureVideoStatus | undefined;
  armed?: boolean | undefined;
}

export interface ExamineDeps {
  /** Whether a hub reads the cameras all the time; false where they were opened for this alone. */
  hubRuns: boolean;
  clock: Clock;
  signal: AbortSignal;
  encoder: EncoderFacts | undefined;
}

/** Examines one camera through what the hub reads of it anyway; takes up to 13 s for one with keyframes far apart. Never rejects. */
export async function examineCamera(subject: CameraSubject, deps: ExamineDeps): Promise<CameraReport> {
  const facts = await cameraFacts(subject, deps);
  const at = deps.clock.now();
  return {
    camera: subject.camera.ref,
    at,
    verdicts: [...connectionVerdicts(facts, at), ...streamVerdicts(facts)],
    secureVideo: secureVideoRules(facts),
  };
}

/** Examines several cameras and the host at the same time. */
export async function examineAll(
  cameras: readonly CameraSubject[],
  host: Promise<HostFacts> | undefined,
  deps: ExamineDeps,
): Promise<DoctorReport> {
  const [hostFacts, ...reports] = await Promise.all([
    host,
    ...cameras.map((each) => examineCamera(each, deps)),
  ]);
  return { at: deps.clock.now(), host: hostFacts ? hostVerdicts(hostFacts) : [], cameras: reports };
}

async function cameraFacts(subject: CameraSubject, deps: ExamineDeps): Promise<CameraFacts> {
  const { camera, config, history, secureVideo, armed } = subject;
  const { clock, signal, encoder, hubRuns } = deps;
  const url = subject.mainUrl ?? config.main;
  const address = url === undefined ? undefined : streamAddress(url);
  const [measured, reached, described] = await Promise.all([
    camera.state.online ? measureCamera(camera, { clock, signal }) : undefined,
    // Privacy mode means that nobody goes near the camera.
    address && !camera.state.privacy ? reachRtsp(address, { clock, signal }) : undefined,
    // Only where the password is right: many cameras lock who tries too often.
    url !== undefined && camera.state.online ? describeSound(url, { clock, signal }) : undefined,
  ]);
  const brand = brandOf({
    url,
    onvifPort: config.onvif?.port,
    manufacturer: subject.onvif?.manufacturer,
    model: subject.onvif?.model,
    server: reached?.server,
  });
  const { online, privacy, problem, video, sub } = camera.state;
  const audio = described ?? camera.state.audio;
  const onvif = subject.onvif && withoutUnwanted(subject.onvif, config);
  return {
    online,
    privacy,
    hubRuns,
    subWanted: config.detect !== undefined,
    transport: config.transport,
    standalone: config.standalone,
    secureVideoOffered: config.hap.secureVideo,
    ...given({ problem, brand, video, audio, sub, measured, onvif, history, secureVideo, armed, encoder }),
    ...given({ address, reach: reached, onvifPort: config.onvif?.port, talk: camera.talkVia }),
  };
}

/** Events that the owner did not ask for are not missing. */
function withoutUnwanted(facts: OnvifFacts, { onvif }: CameraConfig): OnvifFacts {
  const { events, ...rest } = facts;
  return events === undefined || onvif?.events === false ? rest : { ...rest, events };
}

/** Without the fields that are undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
