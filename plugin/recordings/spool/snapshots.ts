/** Pictures of events, until the target has them. Beside each lies what its row says, from which a lost index is made again. */
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Still } from '../../camera/contract.ts';
import type { MediaFile } from '../contract.ts';
import type { Piece } from '../keeper/contract.ts';
import { PART, recordingBase } from '../layout.ts';
import type { SnapshotOpening, StoredSnapshot } from '../recording.ts';
import { makeFolder, seal, syncFolder, writeDurable } from './durable.ts';
import { SNAPSHOTS } from './places.ts';
import type { SpoolContext } from './spool-context.ts';
import { virtualFile } from './virtual-file.ts';

export class SpooledSnapshots {
  readonly #context: SpoolContext;

  constructor(context: SpoolContext) {
    this.#context = context;
  }

  /** Picture and facts, folder, row. Rejects with the error of the disk. */
  async save({ id, camera, kind, at }: SnapshotOpening, { jpeg }: Still): Promise<void> {
    const { places, index } = this.#context;
    const base = recordingBase(camera.slug, kind, id, at);
    const snapshot: StoredSnapshot = { id, camera, at, base, state: 'closed', ...seal(jpeg) };
    const path = places.snapshot(id, 'jpg');
    await makeFolder(dirname(path));
    try {
      await writeDurable(places.snapshot(id, 'json'), `${JSON.stringify(snapshot)}\n`);
      await writeDurable(path + PART, jpeg);
      await rename(path + PART, path);
    } catch (error) {
      await rm(path + PART, { force: true });
      await this.drop(id);
      throw error;
    }
    await syncFolder(dirname(path));
    index.putSnapshot(snapshot);
  }

  /** Undefined when it is not in the spool. */
  piece(id: string): Piece | undefined {
    const { places, index } = this.#context;
    const snapshot = index.getSnapshot(id);
    if (snapshot?.state !== 'closed') return undefined;
    const { bytes, sha256 } = snapshot;
    return { path: places.snapshot(id, 'jpg'), bytes, sha256 };
  }

  open(id: string): MediaFile | undefined {
    const piece = this.piece(id);
    return piece && virtualFile(() => [piece], this.#context.index.getSnapshot(id)?.at ?? 0);
  }

  async drop(id: string): Promise<void> {
    const { places } = this.#context;
    for (const ending of ['jpg', 'json'] as const) await rm(places.snapshot(id, ending), { force: true });
  }

  /** Takes in pictures that no row knows, and removes those that the target has. Resolves to how many went. */
  async recover(): Promise<number> {
    const { places, index, log } = this.#context;
    let removed = 0;
    for (const name of await readdir(join(places.folder, SNAPSHOTS)).catch(() => [])) {
      const [, id] = /^([0-9A-Za-z_-]{1,64})\.jpg$/.exec(name) ?? [];
      if (id === undefined) continue;
      const row = index.getSnapshot(id);
      const facts = row ? undefined : await this.#facts(id);
      if (facts) index.putSnapshot(facts);
      else if (row?.state === 'stored') {
        await this.drop(id);
        removed += 1;
      } else if (!row)
        log.warn(`Nothing is known of the picture ${places.snapshot(id, 'jpg')}; it stays there.`);
    }
    return removed;
  }

  /** What was written beside a picture; undefined when it cannot be read, or is of another picture. */
  async #facts(id: string): Promise<StoredSnapshot | undefined> {
    try {
      const text = await readFile(this.#context.places.snapshot(id, 'json'), 'utf8');
      const value = JSON.parse(text) as StoredSnapshot | null;
      return value?.id === id ? value : undefined;
    } catch {
      return undefined;
    }
  }
}
