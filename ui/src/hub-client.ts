import {
  API_PREFIX,
  type CameraAction,
  type CameraInfo,
  type CameraReport,
  type CamerasReply,
  type ClipInfo,
  type ClipsReply,
  type DoctorReport,
  type ErrorReply,
  type EventsReply,
  type ExportInfo,
  type ExportsReply,
  type FoundCamerasReply,
  type HealthInfo,
  type NewToken,
  type Problem,
  type Scope,
  type SessionInfo,
  type StorageInfo,
  type TimelineReply,
  type TokenInfo,
  type TokensReply,
} from '../../protocol/api.ts';
import type {
  DecisionInfo,
  DecisionsReply,
  HomeState,
  HouseholdInfo,
  SightInfo,
  SightReply,
  Tuning,
  ZonesOrder,
  ZonesReply,
} from '../../protocol/detection.ts';
import type { DoorstepEvent, EventKind } from '../../protocol/event.ts';
import type { PairingInfo, PairingsReply } from '../../protocol/pairing.ts';
import { words } from './words/en.ts';

/** A refusal by the hub, or its silence, in words for the person in front. */
export class HubError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(`${problem.what} ${problem.cure}`);
    this.name = 'HubError';
    this.status = status;
    this.problem = problem;
  }
}

/** What to tell the person of anything that a call was rejected with. */
export function problemIn(error: unknown): Problem {
  return error instanceof HubError ? error.problem : words.problems.ownFault(String(error));
}

export interface EventQuery {
  kinds?: readonly EventKind[];
  /** Camera id. */
  camera?: string;
  /** Epoch ms, inclusive. */
  from?: number;
  to?: number;
  /** Only events with a smaller `seq`. */
  before?: number;
  limit: number;
}

export const paths = {
  snapshot: (cameraId: string) => `${API_PREFIX}/cameras/${encodeURIComponent(cameraId)}/snapshot.jpg`,
  mjpeg: (cameraId: string) => `${API_PREFIX}/cameras/${encodeURIComponent(cameraId)}/live.mjpeg`,
  live: (cameraId: string) => `${API_PREFIX}/cameras/${encodeURIComponent(cameraId)}/live`,
  eventSnapshot: (snapshotId: string) => `${API_PREFIX}/snapshots/${encodeURIComponent(snapshotId)}.jpg`,
  clip: (clipId: string) => `${API_PREFIX}/clips/${encodeURIComponent(clipId)}.mp4`,
  clipFile: (clipId: string) => `${API_PREFIX}/clips/${encodeURIComponent(clipId)}.mp4?download=1`,
  /** Times in epoch ms. */
  stretchFile: (cameraId: string, from: number, to: number) =>
    `${API_PREFIX}/cameras/${encodeURIComponent(cameraId)}/footage.mp4?${searchOf({ from, to })}&download=1`,
  dayFile: (cameraId: string, day: Day) =>
    `${API_PREFIX}/cameras/${encodeURIComponent(cameraId)}/day.zip?${searchOf(day)}`,
  exportFile: (exportId: string) => `${API_PREFIX}/exports/${encodeURIComponent(exportId)}.mp4?download=1`,
  decisionPicture: (decisionId: string, which: 'before' | 'after') =>
    `${API_PREFIX}/decisions/${encodeURIComponent(decisionId)}/${which}.png`,
  events: `${API_PREFIX}/events`,
};

/** As `2026-11-22`, and when it begins and ends in front of this screen, epoch ms: the hub may live by another clock. */
export interface Day {
  day: string;
  from: number;
  to: number;
}

export interface DecisionsQuery {
  /** Camera id. */
  camera?: string;
  /** Only those that these events tell of; at most 50. */
  eventId?: readonly string[];
  limit: number;
}

export type ExportOrder =
  | { kind: 'range'; camera: string; from: number; to: number }
  | ({ kind: 'timelapse'; camera: string } & Day);

/** The hub's HTTP routes. Each call rejects with a `HubError` and nothing else. */
export interface HubClient {
  session(): Promise<SessionInfo>;
  /** First time only: `code` stands in the Homebridge log. Signs in as well. */
  claim(code: string, passphrase: string): Promise<SessionInfo>;
  signIn(passphrase: string): Promise<SessionInfo>;
  signOut(): Promise<SessionInfo>;
  cameras(): Promise<CameraInfo[]>;
  /** Resolves with the camera as it is then. */
  act(cameraId: string, action: CameraAction): Promise<CameraInfo>;
  /** Newest first. */
  events(query: EventQuery): Promise<DoorstepEvent[]>;
  clips(query: Omit<EventQuery, 'kinds' | 'before'>): Promise<ClipInfo[]>;
  /** Has retention pass a clip over, or no longer. Resolves with the clip as it is then. */
  pin(clipId: string, pinned: boolean): Promise<ClipInfo>;
  /** Why a clip cannot be played. Resolves to undefined when the hub has it. */
  clipFault(clipId: string): Promise<HubError | undefined>;
  /** Footage of a camera and its gaps between two times, in epoch ms; at most 8 days. */
  timeline(cameraId: string, from: number, to: number): Promise<TimelineReply>;
  zones(cameraId: string): Promise<ZonesReply>;
  /** Resolves when they count: what `privacy` covers is black in every picture then. Refuses with `zones-changed` what is drawn on older ones. */
  setZones(cameraId: string, zones: ZonesOrder): Promise<ZonesReply>;
  /** What the detector sees now; undefined while nothing looks. */
  sight(cameraId: string, signal: AbortSignal): Promise<SightInfo | undefined>;
  /** Newest first. */
  decisions(query: DecisionsQuery): Promise<DecisionInfo[]>;
  /** Undefined takes the answer back. Resolves with the decision as it is then. */
  answer(decisionId: string, answer: DecisionInfo['answer']): Promise<DecisionInfo>;
  tuning(cameraId: string): Promise<Tuning>;
  resetTuning(cameraId: string): Promise<Tuning>;
  household(): Promise<HouseholdInfo>;
  setHome(home: HomeState): Promise<HouseholdInfo>;
  /** Newest first. */
  exports(): Promise<ExportInfo[]>;
  startExport(order: ExportOrder): Promise<ExportInfo>;
  /** Ends the work on it as well. */
  removeExport(id: string): Promise<ExportInfo>;
  /** Rejects when a file cannot be had, before a browser saves the refusal in its place. */
  canSave(path: string): Promise<void>;
  storage(): Promise<StorageInfo>;
  /** Looks for the target now; `where` as it was shown. Takes 3 s at most. */
  tryTarget(where: string): Promise<StorageInfo>;
  /** `where` as it was shown. Resolves with how the storage is then. */
  setUpTarget(where: string): Promise<StorageInfo>;
  /** `recordings` as many as were shown. Resolves with how the storage is then. */
  allowRemoval(recordings: number): Promise<StorageInfo>;
  health(): Promise<HealthInfo>;
  tokens(): Promise<TokenInfo[]>;
  /** The secret is shown once and never again. */
  createToken(name: string, scopes: readonly Scope[]): Promise<NewToken>;
  revokeToken(id: string): Promise<TokenInfo>;
  /** Programs that ask to be let in, oldest first. */
  pairings(): Promise<PairingInfo[]>;
  /** Whatever it asked for, these scopes it gets. */
  approvePairing(id: string, scopes: readonly Scope[]): Promise<PairingInfo>;
  declinePairing(id: string): Promise<PairingInfo>;
  /** Takes several seconds; aborting the signal ends the examination as well. */
  examine(signal: AbortSignal): Promise<DoctorReport>;
  examineCamera(id: string, signal: AbortSignal): Promise<CameraReport>;
  /** ONVIF cameras on the network; takes about 3 s. */
  discover(signal: AbortSignal): Promise<FoundCamerasReply>;
}

export function createHubClient(fetchFrom: typeof fetch): HubClient {
  async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const response = await fetchFrom(`${API_PREFIX}/${path}`, {
      method,
      credentials: 'same-origin',
      ...(signal && { signal }),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    }).catch(() => {
      throw new HubError(0, words.problems.hubSilent);
    });
    if (!response.ok) throw new HubError(response.status, await problemOf(response));
    return (await response.json()) as T;
  }

  return {
    session: () => call('GET', 'session'),
    claim: (code, passphrase) => call('POST', 'claim', { code, passphrase }),
    signIn: (passphrase) => call('POST', 'session', { passphrase }),
    signOut: () => call('DELETE', 'session'),
    cameras: async () => (await call<CamerasReply>('GET', 'cameras')).cameras,
    act: (id, action) => call('POST', `cameras/${encodeURIComponent(id)}/actions`, { action }),
    events: async (query) => (await call<EventsReply>('GET', `events?${searchOf(query)}`)).events,
    clips: async (query) => (await call<ClipsReply>('GET', `clips?${searchOf(query)}`)).clips,
    pin: (id, pinned) => call('POST', `clips/${encodeURIComponent(id)}/pin`, { pinned }),
    async clipFault(id) {
      const first = { credentials: 'same-origin', headers: { range: 'bytes=0-0' } } as const;
      const response = await fetchFrom(paths.clip(id), first).catch(() => undefined);
      if (!response) return new HubError(0, words.problems.hubSilent);
      return response.ok ? undefined : new HubError(response.status, await problemOf(response));
    },
    timeline: (id, from, to) =>
      call('GET', `cameras/${encodeURIComponent(id)}/timeline?${searchOf({ from, to })}`),
    zones: (id) => call('GET', `cameras/${encodeURIComponent(id)}/zones`),
    setZones: (id, zones) => call('PUT', `cameras/${encodeURIComponent(id)}/zones`, zones),
    sight: async (id, signal) =>
      (await call<SightReply>('GET', `cameras/${encodeURIComponent(id)}/sight`, undefined, signal)).sight,
    decisions: async (query) => (await call<DecisionsReply>('GET', `decisions?${searchOf(query)}`)).decisions,
    answer: (id, answer) =>
      call('PUT', `decisions/${encodeURIComponent(id)}/answer`, { answer: answer ?? null }),
    tuning: (id) => call('GET', `cameras/${encodeURIComponent(id)}/tuning`),
    resetTuning: (id) => call('DELETE', `cameras/${encodeURIComponent(id)}/tuning`),
    household: () => call('GET', 'household'),
    setHome: (home) => call('PUT', 'household', { home }),
    exports: async () => (await call<ExportsReply>('GET', 'exports')).exports,
    startExport: (order) => call('POST', 'exports', order),
    removeExport: (id) => call('DELETE', `exports/${encodeURIComponent(id)}`),
    async canSave(path) {
      const enough = new AbortController();
      const response = await fetchFrom(path, {
        credentials: 'same-origin',
        headers: { range: 'bytes=0-0' },
        signal: enough.signal,
      }).catch(() => {
        throw new HubError(0, words.problems.hubSilent);
      });
      if (!response.ok) throw new HubError(response.status, await problemOf(response));
      enough.abort();
    },
    storage: () => call('GET', 'storage'),
    tryTarget: (where) => call('POST', 'storage/try-again', { where }),
    setUpTarget: (where) => call('POST', 'storage/set-up', { where }),
    allowRemoval: (recordings) => call('POST', 'storage/allow-removal', { recordings }),
    health: () => call('GET', 'health'),
    tokens: async () => (await call<TokensReply>('GET', 'tokens')).tokens,
    createToken: (name, scopes) => call('POST', 'tokens', { name, scopes }),
    revokeToken: (id) => call('DELETE', `tokens/${encodeURIComponent(id)}`),
    pairings: async () => (await call<PairingsReply>('GET', 'pairings')).pairings,
    approvePairing: (id, scopes) => call('POST', `pairings/${encodeURIComponent(id)}/approve`, { scopes }),
    declinePairing: (id) => call('POST', `pairings/${encodeURIComponent(id)}/decline`, {}),
    discover: (signal) => call('GET', 'discover', undefined, signal),
    examine: (signal) => call('GET', 'doctor', undefined, signal),
    examineCamera: (id, signal) => call('GET', `cameras/${encodeURIComponent(id)}/doctor`, undefined, signal),
  };
}

/** A list goes as one comma-separated value; what is undefined stays away. */
export function searchOf(query: Partial<EventQuery & DecisionsQuery & Day>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.set(key, Array.isArray(value) ? value.join(',') : String(value));
  }
  return search.toString();
}

async function problemOf(response: Response): Promise<Problem> {
  const reply = (await response.json().catch(() => undefined)) as Partial<ErrorReply> | undefined;
  return reply?.error ?? words.problems.odd(response.status);
}
