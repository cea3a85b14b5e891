import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolderPlace, rawFolder } from '../../../test/support/folder-place.ts';
import { expectFault, targetSuite } from '../../../test/support/target-suite.ts';
import { systemClock } from '../../system/clock.ts';
import { createFolderTarget } from './folder-target.ts';

for (const kind of ['folder', 'embedded'] as const) {
  targetSuite(`${kind} target`, async () => {
    const place = await makeFolderPlace(kind);
    return {
      target: createFolderTarget(place.config, { clock: systemClock }),
      raw: place.raw,
      [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
    };
  });
}

describe('a folder on this machine', () => {
  const CLIP = 'front-door/2026/11/22/072341-ring-01KABC.json';

  it('is not written to before the owner says that it is the right place', async () => {
    await using place = await makeFolderPlace();
    await using target = createFolderTarget(place.config, { clock: systemClock });
    const error = await expectFault(target.setUp({ id: randomUUID(), sure: false }), 'no-marker');
    expect(error.message).toContain('a disk of this machine');
    expect(await place.raw.all()).toEqual([]);
    await rmdir(place.config.path);
    await expectFault(target.setUp({ id: randomUUID(), sure: false }), 'no-marker');
    expect(await rawFolder(place.config.storage).all()).toEqual([]);
  });

  it('is made when it is missing, but not the folder above', async () => {
    await using place = await makeFolderPlace('embedded');
    const { storage } = place.config;
    await rmdir(place.config.path);
    await using target = createFolderTarget(place.config, { clock: systemClock });
    await expectFault(target.open(undefined), 'missing');
    expect((await target.setUp({ id: randomUUID(), sure: false })).mounted).toBe(false);
    await using deep = createFolderTarget(
      { ...place.config, path: join(storage, 'a', 'b') },
      { clock: systemClock },
    );
    await expectFault(deep.setUp({ id: randomUUID(), sure: true }), 'missing');
    expect(await rawFolder(storage).all()).toEqual(['recordings/', 'recordings/.doorstep.json']);
  });

  it('is missing when it is another kind of disk than it was, or no longer a mount', async () => {
    await using place = await makeFolderPlace();
    await using target = createFolderTarget(place.config, { clock: systemClock });
    const facts = await target.setUp({ id: randomUUID(), sure: true });
    await expectFault(target.open({ ...facts, fileSystem: 'nfs4' }), 'missing');
    const error = await expectFault(target.open({ ...facts, mounted: true }), 'missing');
    expect(error.message).toContain('the NAS is not mounted');
  });

  it('is missing, not empty, when it is removed during a session', async () => {
    await using place = await makeFolderPlace();
    await using target = createFolderTarget(place.config, { clock: systemClock });
    await using session = await target.open(await target.setUp({ id: randomUUID(), sure: true }));
    await rm(place.config.path, { recursive: true });
    await expectFault(session.readText(CLIP), 'missing');
    await expectFault(session.list('front-door'), 'missing');
    await expectFault(session.remove(CLIP), 'missing');
    await expectFault(session.putText(CLIP, '{}'), 'missing');
    expect(await rawFolder(place.config.storage).all()).toEqual([]);
  });

  it('is followed when it is moved during a session: the new folder in its place stays empty', async () => {
    await using place = await makeFolderPlace();
    const { path } = place.config;
    await using target = createFolderTarget(place.config, { clock: systemClock });
    await using session = await target.open(await target.setUp({ id: randomUUID(), sure: true }));
    await rename(path, `${path}-moved`);
    await mkdir(path);
    await session.putText(CLIP, '{}');
    expect(await place.raw.all()).toEqual([]);
    expect(String(await rawFolder(`${path}-moved`).read(CLIP))).toBe('{}');
  });

  it('leads nowhere else by links', async () => {
    await using place = await makeFolderPlace();
    const { path, storage } = place.config;
    await mkdir(join(storage, 'elsewhere'));
    await using target = createFolderTarget(place.config, { clock: systemClock });
    await using session = await target.open(await target.setUp({ id: randomUUID(), sure: true }));
    await symlink(join(storage, 'elsewhere'), join(path, 'front-door'));
    await expectFault(session.putText(CLIP, '{}'), 'failed');
    await writeFile(join(storage, 'elsewhere', 'secret.json'), 'secret');
    expect(await rawFolder(join(storage, 'elsewhere')).all()).toEqual(['secret.json']);
  });
});
