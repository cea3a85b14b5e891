/** Where recordings go in a run: a mounted folder, or a server on loopback that can hang and die. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Closing } from '../../plugin/system/closing.ts';
import type { NasServer } from '../../test/support/nas-server.ts';
import { type RemoteSettings, rcloneProgram, writeRcloneConfig } from '../../test/support/rclone.ts';
import { startSamba } from '../../test/support/samba.ts';
import { startSshd } from '../../test/support/sshd.ts';
import { startWebdav } from '../../test/support/webdav-server.ts';
import type { Place } from './bed.ts';
import { type MountedFolder, mountFolder } from './mounted-folder.ts';

export type FolderPlace = Place & MountedFolder;

/** A file system of its own, below which the recordings lie in a folder. */
export const mounted =
  (options: { mib?: number } = {}) =>
  (closing: Closing, folder: string): FolderPlace => {
    const share = mountFolder(closing, folder, options);
    return { ...share, target: { kind: 'folder', path: share.path } };
  };

export type ServerPlace = Place & { server: NasServer };

export const SERVERS: Readonly<Record<string, (closing: Closing, folder: string) => Promise<ServerPlace>>> = {
  WebDAV: async (closing) => {
    const server = closing.use(await startWebdav());
    const { username, password } = server;
    return at(server, 'recordings', { kind: 'webdav', url: `${server.url}/recordings`, username, password });
  },
  'SMB (Samba)': async (closing, folder) => {
    const server = closing.use(await startSamba());
    return byRclone(server, server.remote, 'recordings/kept', join(server.folder, 'kept'), folder);
  },
  'SFTP (OpenSSH)': async (closing, folder) => {
    const server = closing.use(await startSshd());
    const real = join(server.folder, 'recordings');
    return byRclone(server, server.remote, real, real, folder);
  },
};

async function byRclone(
  server: NasServer,
  settings: RemoteSettings,
  path: string,
  real: string,
  folder: string,
): Promise<ServerPlace> {
  const own = join(folder, 'rclone');
  mkdirSync(own);
  const rcloneConfig = await writeRcloneConfig(own, { nas: settings });
  rcloneProgram();
  return {
    server,
    real,
    target: { kind: 'rclone', remote: `nas:${path}`, rcloneConfig },
    inBarePoint: () => [],
  };
}

function at(server: NasServer, path: string, target: object): ServerPlace {
  return { server, real: join(server.folder, path), target, inBarePoint: () => [] };
}
