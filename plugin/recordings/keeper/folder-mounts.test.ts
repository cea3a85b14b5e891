/** Mounts come and go, for real: each in a mount namespace of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inNamespace, whyNoNamespace } from '../../../test/support/namespace.ts';

const SCRIPT = fileURLToPath(new URL('../../../test/support/mount-scenarios.ts', import.meta.url));
const CLIP = 'front-door/2026/11/22/072341-ring-01KABC.mp4';

const table: [name: string, what: string, seen: object][] = [
  [
    'bare',
    'a bare mount point gets no byte and no folder',
    {
      itself: {
        mounted: true,
        unmounted: true,
        open: 'missing',
        openAny: 'no-marker',
        setUp: 'no-marker',
        left: [],
      },
      below: {
        mounted: true,
        unmounted: true,
        open: 'missing',
        openAny: 'missing',
        setUp: 'no-marker',
        left: [],
      },
    },
  ],
  [
    'partition',
    "a bare mount point on another partition of this machine waits for the owner's word",
    { unasked: ['no-marker', 'no-marker', 'no-marker', 'no-marker'], untouched: true, sure: 'fine' },
  ],
  [
    'read-back',
    'what was written is read back from the disk, not from memory',
    { put: 3_000_001, fromDisk: true },
  ],
  [
    'unmounted-in-session',
    'what is written after a forced unmount is on the disk that was proven, not below it',
    { politely: false, put: 'fine', left: [], open: 'missing', there: true },
  ],
  [
    'replaced',
    'another place under the same name is told by its marker and its kind',
    { empty: 'no-marker', left: [], other: 'other', otherKind: 'missing' },
  ],
  [
    'read-only',
    'a disk that becomes read-only keeps what it has, and takes more when it can',
    { faults: ['read-only', 'read-only', 'read-only', 'fine'], bytes: 1000, files: [CLIP] },
  ],
  [
    'full',
    'a full disk keeps what it has, and no half file',
    { put: 'full', bytes: 1000, files: [CLIP], after: 'fine' },
  ],
  ['deaf', 'a mount that hangs costs its keeper, which is replaced', { fault: 'stuck', replaced: 1 }],
  [
    'silent',
    'keepers that cannot be killed are three at most, and one serves when they are gone',
    { faults: ['stuck', 'stuck', 'stuck', 'stuck', 'stuck'], leftBehind: 3, back: 'missing', left: [] },
  ],
  [
    'frozen',
    'a copy that hangs leaves no half file, also when it goes on after its keeper was replaced',
    { fault: 'stuck', readable: 'fine', again: 'fine', files: [CLIP] },
  ],
  [
    'closed-while-silent',
    'closing does not wait for a keeper that cannot be killed, and says so',
    { open: 'failed', hanging: true, warnings: 1 },
  ],
];

const why = whyNoNamespace();

describe.skipIf(why)(`mounts${why ? ` (${why})` : ''}`, () => {
  it.concurrent.for(table)('%s: %s', async ([name, _, seen], { signal }) => {
    const folder = await mkdtemp(join(tmpdir(), 'doorstep-mounts-'));
    try {
      expect(await inNamespace(SCRIPT, [name, folder], signal)).toEqual(seen);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
