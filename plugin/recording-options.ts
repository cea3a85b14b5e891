/** The options of recording, each with type, bounds, title, description and default. `config.ts` puts them together. */
import Type from 'typebox';

/** What the owner writes where recordings shall go to a place outside the home's network. */
export const OUTSIDE_WORDS = 'I know that recordings leave my home';

const MODES = ['events', 'continuous', 'both'] as const;

/** Homebridge's settings form shows such a field only for targets of this kind. */
const onlyFor = (kind: 'folder' | 'webdav' | 'rclone') => ({
  condition: { functionBody: `return model.recordings?.target?.kind === '${kind}';` },
});

const targetSchema = Type.Object(
  {
    kind: Type.Enum(['folder', 'webdav', 'rclone'], {
      title: 'Kind',
      description:
        'folder: a share that this machine has mounted (SMB, NFS), or a disk. webdav: Synology, QNAP, TrueNAS, Nextcloud. rclone: SMB, SFTP or S3 by the program rclone, without mounting anything.',
    }),
    path: Type.Optional(
      Type.String({
        ...onlyFor('folder'),
        title: 'Folder',
        description: 'For folder: where recordings go, below the place where the share is mounted.',
        pattern: '^(/|[A-Za-z]:[\\\\/])',
        maxLength: 1024,
        placeholder: '/mnt/nas/doorstep',
      }),
    ),
    url: Type.Optional(
      Type.String({
        ...onlyFor('webdav'),
        title: 'Address',
        description: 'For webdav: of the folder on the NAS.',
        // A login in it would be printed with it.
        pattern: '^https?://[^\\s/@]+(/\\S*)?$',
        maxLength: 2048,
        placeholder: 'https://192.168.1.10:5006/doorstep',
      }),
    ),
    username: Type.String({
      ...onlyFor('webdav'),
      title: 'User',
      description: 'For webdav.',
      maxLength: 128,
      default: '',
    }),
    password: Type.String({
      ...onlyFor('webdav'),
      title: 'Password',
      description: 'For webdav.',
      maxLength: 256,
      default: '',
    }),
    fingerprint: Type.Optional(
      Type.String({
        ...onlyFor('webdav'),
        title: 'Certificate',
        description:
          'For webdav by https with a certificate that the NAS signed itself: its SHA-256 fingerprint. The log shows it when it is needed.',
        pattern: '^([0-9A-Fa-f]{2}:?){32}$',
      }),
    ),
    remote: Type.Optional(
      Type.String({
        ...onlyFor('rclone'),
        title: 'Remote',
        description: 'For rclone: name of the remote as `rclone config` has it, and the folder in it.',
        pattern: '^[\\w.+@ -]+:[^:]*$',
        maxLength: 1024,
        placeholder: 'nas:doorstep',
      }),
    ),
    rcloneConfig: Type.Optional(
      Type.String({
        ...onlyFor('rclone'),
        title: 'rclone configuration',
        description: 'For rclone: path of its configuration file; empty: where rclone itself looks.',
        minLength: 1,
        maxLength: 1024,
      }),
    ),
    outsideHome: Type.Optional(
      Type.String({
        title: 'Outside the home',
        description: `A target with an address on the internet is refused, unless this says, word for word: ${OUTSIDE_WORDS}`,
        maxLength: 128,
      }),
    ),
  },
  { title: 'Target', additionalProperties: false },
);

export const recordingsSchema = Type.Object(
  {
    target: Type.Optional(targetSchema),
    mode: Type.Enum(MODES, {
      title: 'Record',
      description:
        'events: a clip of each ring, motion and package, from 5 s before to 10 s after. continuous: everything, in files of 5 minutes. both: both. A camera may have its own.',
      default: 'events',
    }),
    keepDays: Type.Integer({
      title: 'Keep for (days)',
      description:
        'Older recordings are deleted. Three days are enough to notice that something happened, and short enough to be fair to passers-by. Pinned clips stay.',
      minimum: 1,
      maximum: 365,
      default: 3,
    }),
    keepContinuousDays: Type.Optional(
      Type.Integer({
        title: 'Keep continuous recording for (days)',
        description: 'At most as long as the clips of events; empty: as long as they.',
        minimum: 1,
        maximum: 365,
      }),
    ),
    maxGiB: Type.Optional(
      Type.Number({
        title: 'At most (GiB)',
        description:
          'What recordings may take up. Beyond it the oldest go: continuous recording first, clips of events after it.',
        minimum: 1,
        maximum: 1000000,
      }),
    ),
    minFreeGiB: Type.Number({
      title: 'Leave free (GiB)',
      description:
        'The oldest recordings go early when the disk that holds them has less room than this, in the same order.',
      minimum: 0,
      maximum: 10000,
      default: 2,
    }),
    spoolGiB: Type.Number({
      title: 'Spool (GiB)',
      description:
        'Room on this machine for recordings that wait for the target, as while the NAS is away. When it is full, the oldest continuous recording is given up first.',
      minimum: 0.5,
      maximum: 10000,
      default: 8,
    }),
    spoolPath: Type.Optional(
      Type.String({
        title: 'Spool folder',
        description: 'On a local disk; empty: in the Homebridge storage.',
        pattern: '^(/|[A-Za-z]:[\\\\/])',
        maxLength: 1024,
      }),
    ),
    rollingPath: Type.Optional(
      Type.String({
        title: 'Rolling folder',
        description:
          'A folder in memory (tmpfs), such as /dev/shm/doorstep, for continuous recording on its way to the target: it spares SD cards. A power cut loses what is in it; while the target is away it is moved to the spool.',
        pattern: '^/',
        maxLength: 1024,
      }),
    ),
    sensor: Type.Boolean({
      title: 'Recordings sensor',
      description: 'A contact sensor in HomeKit that opens while recordings cannot reach their target.',
      default: true,
    }),
  },
  { title: 'Recordings', default: {}, additionalProperties: false },
);

/** Of one camera. */
export const recordMode = Type.Optional(
  Type.Enum([...MODES, 'off'], {
    title: 'Record',
    description:
      'Empty: as set for all cameras. off: this camera is never recorded; HomeKit may still do it.',
  }),
);
