/** What every kind of target does alike: one suite that each of them passes. For tests. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Piece,
  type Target,
  TargetError,
  type TargetFault,
  type TargetSession,
} from '../../plugin/recordings/keeper/contract.ts';
import { IDENTITY_FILE, PART } from '../../plugin/recordings/layout.ts';

/** One target in an empty place of its own. Disposing it ends whatever serves it. */
export interface SuiteTarget extends AsyncDisposable {
  target: Target;
  /** A look at the place from the other side, not through the target. Paths are relative to its root. */
  raw: {
    /** Undefined where there is no such file. */
    read(path: string): Promise<Buffer | undefined>;
    /** Makes folders as needed. */
    write(path: string, content: Buffer | string): Promise<void>;
    /** Every file and folder below the root, sorted; folders end with a slash. Empty when the root is missing. */
    all(): Promise<string[]>;
  };
}

const BASE = 'front-door/2026/11/22/072341-ring-01KABCDEFGHJKMNPQRSTVWXYZ0';
const CLIP = `${BASE}.mp4`;

/** Runs the suite for one kind. `makeTarget` gives a target whose place exists, is empty and may be set up. */
export function targetSuite(name: string, makeTarget: () => Promise<SuiteTarget>): void {
  describe(name, () => {
    let local: string;
    let made: SuiteTarget;
    beforeEach(async () => {
      local = await mkdtemp(join(tmpdir(), 'doorstep-pieces-'));
      made = await makeTarget();
    });
    afterEach(async () => {
      await made.target[Symbol.asyncDispose]();
      await made[Symbol.asyncDispose]();
      await rm(local, { recursive: true, force: true });
    });

    /** A piece of so many bytes that differ from those of others. */
    const piece = async (seed: string, bytes: number): Promise<Piece & { content: Buffer }> => {
      const content = Buffer.alloc(bytes, createHash('sha512').update(seed).digest());
      const path = join(local, `${seed}.m4s`);
      await writeFile(path, content);
      return { path, bytes, sha256: sha256(content), content };
    };
    const openNew = async (): Promise<TargetSession> => {
      const facts = await made.target.setUp({ id: randomUUID(), sure: true });
      return made.target.open(facts);
    };

    describe('identity', () => {
      it('is not opened without a marker, and nothing is written', async () => {
        await expectFault(made.target.open(undefined), 'no-marker');
        await expectFault(made.target.open({ id: randomUUID(), fileSystem: 'ext4', mounted: false }), [
          'no-marker',
          'missing',
        ]);
        expect(await made.raw.all()).toEqual([]);
      });

      it('is set up once: a second time takes the marker that is there', async () => {
        const id = randomUUID();
        const facts = await made.target.setUp({ id, sure: true });
        expect(facts.id).toBe(id);
        expect(JSON.parse(String(await made.raw.read(IDENTITY_FILE)))).toMatchObject({ doorstep: 1, id });
        expect((await made.target.setUp({ id: randomUUID(), sure: true })).id).toBe(id);
        expect(await made.raw.all()).toEqual([IDENTITY_FILE]);
      });

      it('takes the marker of an earlier version, also without a word of the owner', async () => {
        const id = randomUUID();
        await made.raw.write(IDENTITY_FILE, `${JSON.stringify({ doorstep: 1, id, createdAt: 1 })}\n`);
        expect((await made.target.setUp({ id: randomUUID(), sure: false })).id).toBe(id);
      });

      it('opens with what set-up said of it, or with any marker where nothing is known', async () => {
        const facts = await made.target.setUp({ id: randomUUID(), sure: true });
        for (const known of [facts, undefined]) {
          await using session = await made.target.open(known);
          expect(session.facts).toMatchObject({
            id: facts.id,
            fileSystem: facts.fileSystem,
            mounted: facts.mounted,
          });
        }
      });

      it('refuses the marker of another place, and nothing is written', async () => {
        const facts = await made.target.setUp({ id: randomUUID(), sure: true });
        await expectFault(made.target.open({ ...facts, id: randomUUID() }), 'other');
        expect(await made.raw.all()).toEqual([IDENTITY_FILE]);
      });

      it('refuses a file that is no marker, and leaves it as it is', async () => {
        await made.raw.write(IDENTITY_FILE, '{"doorstep":');
        await expectFault(made.target.open(undefined), 'no-marker');
        await expectFault(made.target.setUp({ id: randomUUID(), sure: true }), 'no-marker');
        expect(String(await made.raw.read(IDENTITY_FILE))).toBe('{"doorstep":');
      });
    });

    describe('put', () => {
      it('makes one file of pieces, byte for byte, and nothing beside it', async () => {
        await using session = await openNew();
        const pieces = [await piece('head', 700), await piece('one', 400_000), await piece('two', 3)];
        const content = Buffer.concat(pieces.map((each) => each.content));
        expect(await session.put(CLIP, pieces)).toEqual({ bytes: content.length, sha256: sha256(content) });
        expect((await made.raw.read(CLIP))?.equals(content)).toBe(true);
        expect(await made.raw.all()).toEqual([
          IDENTITY_FILE,
          'front-door/',
          'front-door/2026/',
          'front-door/2026/11/',
          'front-door/2026/11/22/',
          CLIP,
        ]);
      });

      it('replaces what is there under that name', async () => {
        await using session = await openNew();
        await session.put(CLIP, [await piece('old', 5000)]);
        const piece2 = await piece('new', 10);
        await session.put(CLIP, [piece2]);
        expect((await made.raw.read(CLIP))?.equals(piece2.content)).toBe(true);
      });

      it('takes no notice of what an earlier put left half-written', async () => {
        await using session = await openNew();
        await made.raw.write(CLIP + PART, 'x'.repeat(9000));
        const only = await piece('only', 100);
        await session.put(CLIP, [only]);
        expect((await made.raw.read(CLIP))?.equals(only.content)).toBe(true);
        expect(await made.raw.read(CLIP + PART)).toBeUndefined();
      });

      it('refuses a piece that is damaged, cut, too long or gone, names it, and keeps what was there', async () => {
        await using session = await openNew();
        const before = await piece('before', 50);
        await session.put(CLIP, [before]);
        const good = await piece('good', 300_000);
        const bad = await piece('bad', 300_000);
        for (const damage of [
          () => writeFile(bad.path, Buffer.alloc(300_000)),
          () => writeFile(bad.path, bad.content.subarray(0, 299_999)),
          () => writeFile(bad.path, Buffer.concat([bad.content, Buffer.from('x')])),
          () => rm(bad.path),
        ]) {
          await damage();
          const error = await expectFault(session.put(CLIP, [good, bad]), 'bad-piece');
          expect(error.message).toContain(bad.path);
          expect((await made.raw.read(CLIP))?.equals(before.content)).toBe(true);
          expect(await made.raw.read(CLIP + PART)).toBeUndefined();
        }
      });

      it('leaves nothing when it is called off', async () => {
        await using session = await openNew();
        await expectFault(session.put(CLIP, [await piece('one', 10)], AbortSignal.abort()), 'failed');
        const many = await Promise.all(Array.from({ length: 40 }, (_, n) => piece(`many-${n}`, 200_000)));
        const stop = new AbortController();
        const put = session.put(CLIP, many, stop.signal);
        setImmediate(() => stop.abort());
        await expectFault(put, 'failed');
        expect(await made.raw.read(CLIP)).toBeUndefined();
        expect(await made.raw.read(CLIP + PART)).toBeUndefined();
        await session.put(CLIP, many);
        expect((await made.raw.read(CLIP))?.length).toBe(8_000_000);
      });

      it('keeps texts', async () => {
        await using session = await openNew();
        await session.putText(`${BASE}.json`, '{"tür": 1}\n');
        expect(await session.readText(`${BASE}.json`)).toBe('{"tür": 1}\n');
        await session.putText(`${BASE}.json`, '');
        expect(await session.readText(`${BASE}.json`)).toBe('');
      });
    });

    describe('reading', () => {
      it('gives stretches of a file, cut at its end', async () => {
        await using session = await openNew();
        const { content } = await piece('file', 2_500_000);
        await session.put(CLIP, [await piece('file', 2_500_000)]);
        const stretches = [
          [0, 10],
          [7, 7],
          [1000, 1000 + 2 ** 20],
          [2_499_990, 2_500_000],
          [2_499_990, 2_600_000],
          [2_500_000, 2_500_010],
        ] as const;
        for (const [from, to] of stretches) {
          expect((await session.read(CLIP, from, to)).equals(content.subarray(from, to))).toBe(true);
        }
      });

      it('says size and hash', async () => {
        await using session = await openNew();
        const one = await piece('one', 600_000);
        await session.put(CLIP, [one]);
        expect(await session.stat(CLIP, { hash: true })).toEqual({ bytes: 600_000, sha256: one.sha256 });
        expect(await session.stat(CLIP, { hash: false })).toEqual({ bytes: 600_000 });
      });

      it('says that a file is not there', async () => {
        await using session = await openNew();
        await expectFault(session.read(CLIP, 0, 1), 'not-found');
        await expectFault(session.readText(CLIP), 'not-found');
        await expectFault(session.stat(CLIP, { hash: true }), 'not-found');
        await expectFault(session.stat(CLIP, { hash: false }), 'not-found');
      });

      it('lists a folder, the root too', async () => {
        await using session = await openNew();
        await session.put(CLIP, [await piece('one', 12)]);
        await session.putText(`${BASE}.json`, '{}');
        await made.raw.write('back-yard/index.jsonl', 'x');
        expect(byName(await session.list('front-door/2026/11/22'))).toEqual([
          { name: '072341-ring-01KABCDEFGHJKMNPQRSTVWXYZ0.json', folder: false, bytes: 2 },
          { name: '072341-ring-01KABCDEFGHJKMNPQRSTVWXYZ0.mp4', folder: false, bytes: 12 },
        ]);
        expect(byName(await session.list(''))).toMatchObject([
          { name: IDENTITY_FILE, folder: false },
          { name: 'back-yard', folder: true },
          { name: 'front-door', folder: true },
        ]);
        expect(await session.list('no-such-camera/2026')).toEqual([]);
      });
    });

    describe('removal', () => {
      it('removes a file and what is half-written of it', async () => {
        await using session = await openNew();
        await session.put(CLIP, [await piece('one', 12)]);
        await made.raw.write(CLIP + PART, 'half');
        await session.remove(CLIP);
        expect(await made.raw.read(CLIP)).toBeUndefined();
        expect(await made.raw.read(CLIP + PART)).toBeUndefined();
        await session.remove(CLIP);
        await session.remove('no-such-camera/2026/file.mp4');
      });

      it('removes folders that are empty, up to one that is not', async () => {
        await using session = await openNew();
        await session.putText('front-door/2026/10/31/index.jsonl', 'x');
        await session.putText('front-door/2026/11/22/index.jsonl', 'x');
        await session.removeEmptyFolders('front-door/2026/11/22');
        expect(await made.raw.all()).toContain('front-door/2026/11/22/index.jsonl');
        await session.remove('front-door/2026/11/22/index.jsonl');
        await session.removeEmptyFolders('front-door/2026/11/22');
        expect(await made.raw.all()).not.toContain('front-door/2026/11/');
        expect(await made.raw.all()).toContain('front-door/2026/10/31/index.jsonl');
        await session.remove('front-door/2026/10/31/index.jsonl');
        await session.removeEmptyFolders('front-door/2026/10/31');
        expect(await made.raw.all()).toEqual([IDENTITY_FILE]);
        await session.removeEmptyFolders('front-door/2026/10/31');
        expect(await made.raw.all()).toEqual([IDENTITY_FILE]);
      });
    });

    it('goes nowhere but below its root', async () => {
      await using session = await openNew();
      const one = await piece('one', 12);
      for (const path of [
        '../out.mp4',
        '/etc/out.mp4',
        'a/../../out',
        'a//b',
        './a',
        'a\\b',
        '.hidden',
        'a/',
        'a\0b',
      ]) {
        await expectFault(session.put(path, [one]), 'failed');
        await expectFault(session.putText(path, 'x'), 'failed');
        await expectFault(session.readText(path), 'failed');
        await expectFault(session.read(path, 0, 1), 'failed');
        await expectFault(session.stat(path, { hash: false }), 'failed');
        await expectFault(session.list(path), 'failed');
        await expectFault(session.remove(path), 'failed');
        await expectFault(session.removeEmptyFolders(path), 'failed');
      }
      expect(await made.raw.all()).toEqual([IDENTITY_FILE]);
    });

    it('does nothing any more once it is closed', async () => {
      const session = await openNew();
      await session[Symbol.asyncDispose]();
      await expectFault(session.putText(`${BASE}.json`, '{}'), 'failed');
      expect(await made.raw.all()).toEqual([IDENTITY_FILE]);
    });
  });
}

/** The error that `work` rejects with: a `TargetError` with this fault. */
export async function expectFault(
  work: Promise<unknown>,
  fault: TargetFault | readonly TargetFault[],
): Promise<TargetError> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(TargetError);
  expect([fault].flat()).toContain((error as TargetError).fault);
  return error as TargetError;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function byName<T extends { name: string }>(entries: readonly T[]): T[] {
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
