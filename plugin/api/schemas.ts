/**
 * The shapes of `protocol/api.ts` as JSON Schema, for checking what comes in and documenting what goes out. Each is tied to its
 * type: where the two differ, this file does not compile.
 */
import Type from 'typebox';
import {
  type AudioFacts,
  CAMERA_ACTIONS,
  type CameraAction,
  type CameraInfo,
  type CameraReport,
  type CamerasReply,
  type ClipInfo,
  type ClipsReply,
  type DoctorReport,
  type ErrorReply,
  type EventsReply,
  EXPORT_KINDS,
  type ExportInfo,
  type ExportsReply,
  type FoundCamera,
  type FoundCamerasReply,
  type Gap,
  type HealthInfo,
  type NewToken,
  type Problem,
  SCOPES,
  type Scope,
  type SecureVideoStatus,
  type SessionInfo,
  type StorageInfo,
  TARGET_KINDS,
  TARGET_STATES,
  type TimelineReply,
  type TokenInfo,
  type TokensReply,
  TRIGGER_KINDS,
  type TriggerReply,
  type Verdict,
  type VideoFacts,
} from '../../protocol/api.ts';
import type { PackageHere } from '../../protocol/detection.ts';
import {
  type CameraRef,
  type DoorstepEvent,
  EVENT_SCHEMA,
  type EventPhase,
  GAP_REASONS,
  type MediaRef,
  type PackageFacts,
  PHASES,
  type StorageFacts,
} from '../../protocol/event.ts';
import { oneOf, shapeOf, time } from './shape-of.ts';

export const kinds = Object.keys(PHASES) as (keyof typeof PHASES)[];
const phases = [...new Set(Object.values(PHASES).flat())] as EventPhase[];

export const scope = shapeOf<Scope>()(oneOf(SCOPES));

export const problem = shapeOf<Problem>()(
  Type.Object({
    code: Type.String({ description: 'Stable, kebab-case.' }),
    what: Type.String(),
    cure: Type.String(),
  }),
);

export const errorReply = shapeOf<ErrorReply>()(Type.Object({ error: problem }));

export const cameraRef = shapeOf<CameraRef>()(
  Type.Object({ id: Type.String(), name: Type.String(), slug: Type.String() }),
);

const video = shapeOf<VideoFacts>()(
  Type.Object({
    codec: Type.String(),
    width: Type.Integer(),
    height: Type.Integer(),
    fps: Type.Optional(Type.Number()),
    gopMs: Type.Optional(Type.Number({ description: 'Keyframe distance, as measured.' })),
    kbps: Type.Optional(Type.Number({ description: 'Average bit rate, as measured.' })),
  }),
);

const audio = shapeOf<AudioFacts>()(
  Type.Object({ codec: Type.String(), sampleRate: Type.Integer(), channels: Type.Integer() }),
);

const secureVideo = shapeOf<SecureVideoStatus>()(
  Type.Object({
    line: Type.String({ description: 'The whole of it in one plain sentence.' }),
    armed: Type.Boolean({ description: 'Whether the Home app has switched recording on.' }),
    configuration: Type.Optional(
      Type.Object({
        width: Type.Integer(),
        height: Type.Integer(),
        fps: Type.Number(),
        kbps: Type.Number(),
        fragmentMs: Type.Integer(),
        audio: Type.Boolean(),
      }),
    ),
    prebufferMs: Type.Number({ description: 'How much of the past could be given now.' }),
    recording: Type.Boolean(),
    lastRequestAt: Type.Optional(time('Last request of the home hub.')),
    lastFirstFragmentMs: Type.Optional(Type.Number({ description: 'First fragment after that request.' })),
    lastClose: Type.Optional(Type.Object({ at: time('When it ended.'), reason: Type.String() })),
  }),
);

const packageHere = shapeOf<PackageHere>()(
  Type.Object({
    id: Type.String(),
    count: Type.Integer({ description: 'How many, where they cannot be told apart.' }),
    deliveredAt: time('When it came.'),
    eventId: Type.String({ description: 'Event that told of it.' }),
    confirmed: Type.Boolean({ description: 'False while it cannot be seen, as in the dark.' }),
  }),
);

export const cameraAction = shapeOf<CameraAction>()(oneOf(CAMERA_ACTIONS));

export const cameraInfo = shapeOf<CameraInfo>()(
  Type.Object({
    id: Type.String(),
    name: Type.String(),
    slug: Type.String(),
    kind: oneOf(['doorbell', 'camera']),
    online: Type.Boolean(),
    since: time('Last change of `online`.'),
    privacy: Type.Boolean({ description: 'Privacy mode: no picture, sound, event or recording.' }),
    armed: Type.Boolean({ description: 'Whether what it sees makes events; a press always does.' }),
    snoozedUntil: Type.Optional(time('While detection rests: when it is armed again by itself.')),
    problem: Type.Optional(problem),
    video: Type.Optional(video),
    audio: Type.Optional(audio),
    sub: Type.Optional(video),
    talk: Type.Optional(oneOf(['backchannel', 'output'], { description: 'How it can be talked through.' })),
    secureVideo: Type.Optional(secureVideo),
    packages: Type.Array(packageHere, { description: 'What lies there now, newest first.' }),
  }),
);

const verdict = shapeOf<Verdict>()(
  Type.Object({
    check: Type.String({ description: 'Stable, kebab-case.' }),
    judgement: oneOf(['good', 'could-be-better', 'bad', 'unknown']),
    found: Type.String(),
    cure: Type.Optional(Type.String({ description: 'Which setting to change, where.' })),
  }),
);

export const cameraReport = shapeOf<CameraReport>()(
  Type.Object({
    camera: cameraRef,
    at: time('When it was examined.'),
    verdicts: Type.Array(verdict),
    secureVideo: Type.Array(verdict, { description: 'One for each rule of HomeKit Secure Video.' }),
  }),
);

export const doctorReport = shapeOf<DoctorReport>()(
  Type.Object({
    at: time('When it was made.'),
    host: Type.Array(verdict),
    cameras: Type.Array(cameraReport),
  }),
);

export const foundCamera = shapeOf<FoundCamera>()(
  Type.Object({
    host: Type.String(),
    port: Type.Integer(),
    name: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    configuredAs: Type.Optional(Type.String()),
  }),
);

export const foundCamerasReply = shapeOf<FoundCamerasReply>()(
  Type.Object({ cameras: Type.Array(foundCamera) }),
);

export const camerasReply = shapeOf<CamerasReply>()(Type.Object({ cameras: Type.Array(cameraInfo) }));

const mediaRef = shapeOf<MediaRef>()(
  Type.Object({
    id: Type.String(),
    ready: Type.Boolean({ description: 'False while it is being made; it will have this id.' }),
  }),
);

const storageFacts = shapeOf<StorageFacts>()(
  Type.Object({
    reason: Type.Optional(Type.String({ description: 'Why.' })),
    from: Type.Optional(time('Begin of the stretch without footage, or since when the target is missing.')),
    to: Type.Optional(time('End of it.')),
    bufferedMs: Type.Optional(Type.Number({ description: 'Length of the footage that waits, in ms.' })),
    hoursLeft: Type.Optional(Type.Number({ description: 'How long there is room for more.' })),
  }),
);

const packageFacts = shapeOf<PackageFacts>()(
  Type.Object({
    id: Type.String(),
    count: Type.Integer(),
    deliveredAt: Type.Optional(time('')),
    presentForMs: Type.Optional(Type.Number()),
    verdict: Type.Optional(
      oneOf(['collected', 'taken', 'unknown'], {
        description: '"taken" is a hypothesis, never an accusation.',
      }),
    ),
  }),
);

export const event = shapeOf<DoorstepEvent>()(
  Type.Object({
    schema: Type.Literal(EVENT_SCHEMA),
    id: Type.String({ description: 'ULID, the same everywhere.' }),
    seq: Type.Integer({ description: 'Grows by one with each event; the cursor for resuming.' }),
    kind: oneOf(kinds),
    phase: oneOf(phases),
    camera: Type.Optional(cameraRef),
    at: time('When it happened in front of the camera.'),
    detectedAt: time('When the hub knew.'),
    sentAt: time('When this copy left the hub.'),
    label: Type.Optional(oneOf(['motion', 'person'])),
    zone: Type.Optional(Type.String()),
    score: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    package: Type.Optional(packageFacts),
    storage: Type.Optional(storageFacts),
    media: Type.Optional(Type.Object({ snapshot: Type.Optional(mediaRef), clip: Type.Optional(mediaRef) })),
    replay: Type.Optional(Type.Literal(true)),
    test: Type.Optional(Type.Literal(true)),
    supersedes: Type.Optional(Type.String()),
  }),
);

export const eventsReply = shapeOf<EventsReply>()(Type.Object({ events: Type.Array(event) }));

export const clipKinds = ['doorbell', 'motion', 'package'] as const;

export const clipInfo = shapeOf<ClipInfo>()(
  Type.Object({
    id: Type.String(),
    camera: cameraRef,
    kind: oneOf(clipKinds, { description: 'What opened the clip.' }),
    eventIds: Type.Array(Type.String()),
    startedAt: time('First picture.'),
    endedAt: time('Last picture.'),
    bytes: Type.Integer(),
    state: oneOf(['recording', 'ready']),
    snapshotId: Type.Optional(Type.String()),
    place: Type.Optional(
      oneOf(['spool', 'target'], {
        description: 'Where its file is: still on this machine, or at the target.',
      }),
    ),
    file: Type.Optional(
      Type.String({
        description:
          "Its file below the target's root; once it is there, and only where the target is a folder.",
      }),
    ),
    keep: Type.Optional(oneOf(['pinned', 'held'], { description: 'Why retention never removes it.' })),
  }),
);

export const clipsReply = shapeOf<ClipsReply>()(Type.Object({ clips: Type.Array(clipInfo) }));

export const gap = shapeOf<Gap>()(
  Type.Object({
    camera: cameraRef,
    from: time('First moment without footage.'),
    to: time('Last one.'),
    reason: oneOf(GAP_REASONS),
  }),
);

export const timelineReply = shapeOf<TimelineReply>()(
  Type.Object({
    spans: Type.Array(
      Type.Object({
        from: time('Begin of the footage.'),
        to: time('End of it.'),
        kind: oneOf(['continuous', 'event']),
      }),
    ),
    gaps: Type.Array(gap),
  }),
);

export const storageInfo = shapeOf<StorageInfo>()(
  Type.Object({
    target: Type.Object({
      kind: oneOf(TARGET_KINDS),
      where: Type.String({ description: 'Folder, address or remote; without a password.' }),
      state: oneOf(TARGET_STATES),
      since: time('Since when it takes recordings, or takes none.'),
      fileSystem: Type.Optional(Type.String()),
      freeBytes: Type.Optional(Type.Integer()),
      totalBytes: Type.Optional(Type.Integer()),
    }),
    clips: Type.Integer({ description: 'Recordings of events that are kept.' }),
    continuous: Type.Integer({ description: 'Files of continuous recording that are kept.' }),
    bytes: Type.Integer(),
    oldestAt: Type.Optional(time('First picture of the oldest recording.')),
    keepDays: Type.Integer(),
    keepContinuousDays: Type.Integer(),
    spool: Type.Object(
      {
        path: Type.String(),
        bytes: Type.Integer(),
        maxBytes: Type.Integer(),
        bufferedMs: Type.Number({ description: 'Length of the footage in it, in ms.' }),
        hoursLeft: Type.Optional(
          Type.Number({ description: 'How long it has room while the target stays away.' }),
        ),
      },
      { description: 'What waits on this machine for the target.' },
    ),
    dropped: Type.Object(
      { recordings: Type.Integer(), bytes: Type.Integer(), last: Type.Optional(gap) },
      { description: 'What was given up in the last 7 days for want of room or disk.' },
    ),
    asks: Type.Optional(
      Type.Object(
        { recordings: Type.Integer(), of: Type.Integer(), bytes: Type.Integer() },
        { description: 'A removal so large that the owner must allow it.' },
      ),
    ),
    rebuilding: Type.Optional(
      Type.Object(
        { found: Type.Integer() },
        { description: 'While a lost index is being made again from the target.' },
      ),
    ),
    problem: Type.Optional(problem),
  }),
);

/** Of a film. */
export const download = Type.Optional(
  Type.Integer({ description: '1 offers it as a download with a name.', minimum: 0, maximum: 1 }),
);

export const exportKind = oneOf(EXPORT_KINDS);

export const exportInfo = shapeOf<ExportInfo>()(
  Type.Object({
    id: Type.String(),
    kind: oneOf(EXPORT_KINDS),
    camera: cameraRef,
    from: time('Begin.'),
    to: time('End.'),
    createdAt: time('When it was asked for.'),
    fileName: Type.String(),
    state: oneOf(['working', 'ready', 'failed']),
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    bytes: Type.Optional(Type.Integer()),
    problem: Type.Optional(problem),
  }),
);

export const exportsReply = shapeOf<ExportsReply>()(Type.Object({ exports: Type.Array(exportInfo) }));

export const healthInfo = shapeOf<HealthInfo>()(
  Type.Object({
    ok: Type.Boolean(),
    version: Type.String(),
    uptimeMs: Type.Number(),
    lastSeq: Type.Integer(),
    cameras: Type.Object({ total: Type.Integer(), online: Type.Integer() }),
    ffmpeg: Type.Optional(Type.Object({ version: Type.String(), origin: Type.String() })),
    problems: Type.Array(problem),
  }),
);

export const sessionInfo = shapeOf<SessionInfo>()(
  Type.Object({
    claimed: Type.Boolean({ description: 'Whether a household passphrase has been set.' }),
    signedIn: Type.Boolean(),
  }),
);

const tokenFields = {
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(scope),
  createdAt: time(''),
  lastUsedAt: Type.Optional(time('Noted once a minute at most.')),
  revokedAt: Type.Optional(time('')),
};

export const tokenInfo = shapeOf<TokenInfo>()(Type.Object(tokenFields));

export const tokensReply = shapeOf<TokensReply>()(Type.Object({ tokens: Type.Array(tokenInfo) }));

export const newToken = shapeOf<NewToken>()(
  Type.Object({
    ...tokenFields,
    token: Type.String({ description: 'Shown this once. For `Authorization: Bearer`.' }),
  }),
);

export const triggerKind = oneOf(TRIGGER_KINDS);

export const triggerReply = shapeOf<TriggerReply>()(
  Type.Object({ eventId: Type.String({ description: 'The event that it made or extended.' }) }),
);

/** Width or height in a query. */
export const pixels = (description: string) =>
  Type.Optional(Type.Integer({ description, minimum: 16, maximum: 7680 }));
