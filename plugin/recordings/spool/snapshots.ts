/** Pictures of events, until the target has them. Beside each lies what its row says, from which a lost index is made again. */
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Still } from '../../camera/contract.ts';
import type { MediaFile } from '../contract.ts';
import type { Piece } from '../keeper/contract.ts';
import { PART, parseBase, recordingBase } from '../layout.ts';
import type { SnapshotOpening, StoredSnapshot } from '../recording.ts';
import { makeFolder, seal, syncFolder, writeDurable } from './durable.ts';
import { unlessMissing } from './missing.ts';
import { SNAPSHOTS } from './places.ts';
import type { SpoolContext } from './spool-context.ts';
import { Turns } from './turns.ts';
import { virtualFile } from './virtual-file.ts';

const NAME = /^([0-9A-Za-z_-]{1,64})\.(?:jpg|jpg\.part|json)$/;
/** More than a spool can hold. */
const ALL = 1_000_000;

export class SpooledSnapshots {
  readonly #context: SpoolContext;
  /** By id: what is written of a picture, its row and its going do not come between each other. */
  readonly #turns = new Turns();

  constructor(context: SpoolContext) {
    this.#context = context;
  }

  /** Picture and facts, folder, row; the same id again replaces it. Rejects with the error of the disk: then the one before is still there. */
  save(opening: SnapshotOpening, still: Still): Promise<void> {
    return this.#turns.run(opening.id, () => this.#save(opening, still));
  }

  async #save({ id, camera, kind, at }: SnapshotOpening, { jpeg }: Still): Promise<void> {
    const { places, index } = this.#context;
    const before = index.getSnapshot(id)?.state;
    if (before === 'deleting') return;
    const base = recordingBase(camera.slug, kind, id, at);
    const snapshot: StoredSnapshot = { id, camera, at, base, state: 'closed', ...seal(jpeg) };
    const path = places.snapshot(id, 'jpg');
    await makeFolder(dirname(path));
    try {
      await writeDurable(path + PART, jpeg);
      await writeDurable(places.snapshot(id, 'json'), `${JSON.stringify(snapshot)}\n`);
      await rename(path + PART, path);
    } catch (error) {
      if (before === 'closed') await rm(path + PART, { force: true });
      else await this.#remove(id);
      throw error;
    }
    await syncFolder(dirname(path));
    // It may have been given up meanwhile.
    if (index.getSnapshot(id)?.state === 'deleting') await this.#remove(id);
    else index.putSnapshot(snapshot);
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

  drop(id: string): Promise<void> {
    return this.#turns.run(id, () => this.#remove(id));
  }

  /** The target has it: row `stored`, then it goes. A better one that came meanwhile stays, as its row. */
  leave(snapshot: StoredSnapshot): Promise<void> {
    const { index } = this.#context;
    return this.#turns.run(snapshot.id, async () => {
      const now = index.getSnapshot(snapshot.id);
      if (now?.state !== 'closed' || now.sha256 !== snapshot.sha256) return;
      index.putSnapshot({ ...snapshot, state: 'stored' });
      await this.#remove(snapshot.id);
    });
  }

  async #remove(id: string): Promise<void> {
    const { places } = this.#context;
    await rm(places.snapshot(id, 'jpg'), { force: true });
    await rm(places.snapshot(id, 'jpg') + PART, { force: true });
    await rm(places.snapshot(id, 'json'), { force: true });
  }

  /**
   * Takes in pictures that no row knows, and removes those that the target has.
   *
   * @param options.mayForget whether what is not there is lost, and not in a folder that is away
   * @returns how many went, and the ids of those that are away. Rejects with the error of the disk.
   */
  async recover({ mayForget }: { mayForget: boolean }): Promise<{ removed: number; away: string[] }> {
    const { places, index, log } = this.#context;
    const names: string[] = [];
    for (const folder of places.folders)
      names.push(...((await unlessMissing(readdir(join(folder, SNAPSHOTS)))) ?? []));
    const ids = new Set(names.flatMap((name) => NAME.exec(name)?.[1] ?? []));
    let removed = 0;
    for (const id of ids) {
      const row = index.getSnapshot(id);
      if (row?.state === 'deleting') continue;
      // A crash may have come between a better picture and its row.
      const facts = row?.state === 'stored' ? undefined : await this.#facts(id);
      if (row?.state === 'closed') {
        if (facts && facts.sha256 !== row.sha256) index.putSnapshot(facts);
        continue;
      }
      if (facts) index.putSnapshot(facts);
      else if (row || !names.includes(`${id}.jpg`)) {
        // The target has it, or it was never whole.
        await this.drop(id);
        removed += 1;
      } else log.warn(`Nothing is known of the picture ${places.snapshot(id, 'jpg')}; it stays there.`);
    }
    const missing = index.snapshotsToForward(ALL).filter(({ id }) => !names.includes(`${id}.jpg`));
    if (!mayForget) return { removed, away: missing.map(({ id }) => id) };
    for (const { id } of missing) {
      log.warn(`The picture ${places.snapshot(id, 'jpg')} is no longer there.`);
      await this.drop(id);
      index.removeSnapshot(id);
    }
    return { removed, away: [] };
  }

  /** What was written beside a picture; undefined when it is not there, or is of another picture. Rejects with the error of the disk. */
  async #facts(id: string): Promise<StoredSnapshot | undefined> {
    const { places } = this.#context;
    const text = await unlessMissing(readFile(places.snapshot(id, 'json'), 'utf8'));
    const picture = await unlessMissing(readFile(places.snapshot(id, 'jpg')));
    const value = parse(text ?? '');
    if (!picture || !isOf(value, id)) return undefined;
    const { bytes, sha256 } = seal(picture);
    return value.sha256 === sha256 ? { ...value, state: 'closed', bytes } : undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOf(value: unknown, id: string): value is StoredSnapshot {
  const { camera, at, base } = (value ?? {}) as Partial<Record<keyof StoredSnapshot, unknown>>;
  const { id: cameraId, name, slug } = (camera ?? {}) as Record<string, unknown>;
  return (
    [cameraId, name, slug].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(at) &&
    typeof base === 'string' &&
    parseBase(base)?.id === id
  );
}
