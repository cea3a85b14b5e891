/**
 * Brings what an older version of a node saved to the shape that the node has now. The runtime does so with every node that is deployed, the
 * editor with every node whose dialog opens: both from this file.
 */

/** What the editor saved for a node; `version` says in which shape. */
export type Stored = Record<string, unknown>;

/** One step: makes shape `version` of the shape before it. What is there already, in a node made by hand, stays. */
export interface Migration {
  version: number;
  up(stored: Stored): Stored;
}

/** By node type, oldest first. A node that is not here has had one shape so far. */
export const MIGRATIONS: Readonly<Record<string, readonly Migration[]>> = {
  'doorstep-doorbell': [
    // 2: a picture as payload, and how long to wait for it.
    { version: 2, up: (stored) => ({ wait: 0, ...stored }) },
  ],
  'doorstep-control': [
    // 2: camera and duration may stand elsewhere.
    {
      version: 2,
      up: (stored) => ({
        ...stored,
        cameraType: stored.camera ? 'hub' : 'message',
        duration: '30',
        durationType: 'num',
      }),
    },
  ],
  'doorstep-motion': [
    // 2: people only, one area only, and the picture.
    { version: 2, up: (stored) => ({ what: 'any', zone: '', wait: 0, ...stored }) },
  ],
};

export type Migrated =
  | { is: 'current'; stored: Stored }
  /** Saved by newer nodes, in a shape that is not known here. */
  | { is: 'newer'; version: number; known: number };

/** The shape in which a node of this type is saved now. */
export function versionOf(type: string): number {
  return MIGRATIONS[type]?.at(-1)?.version ?? 1;
}

/** A copy in the shape of now; what has it already is given back as it is. */
export function migrate(type: string, stored: Stored): Migrated {
  const known = versionOf(type);
  const version = savedVersion(stored);
  if (version > known) return { is: 'newer', version, known };
  const steps = (MIGRATIONS[type] ?? []).filter((step) => step.version > version);
  const current = steps.reduce((shape, step) => ({ ...step.up(shape), version: step.version }), stored);
  return { is: 'current', stored: current };
}

/** Nodes made by hand may lack it; that is the first shape. */
function savedVersion({ version }: Stored): number {
  const number = Math.floor(Number(version));
  return number >= 1 ? number : 1;
}
