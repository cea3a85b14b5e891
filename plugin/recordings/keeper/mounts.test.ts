import { open } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { mountOf, parseMountinfo, serverOf } from './mounts.ts';

const MOUNTINFO = `
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard
41 27 0:45 / /mnt/my\\040nas rw,relatime shared:9 - cifs //192.168.1.5/my\\040video rw,vers=3.1.1,addr=192.168.1.5
nonsense
42 27 0:46 / /mnt/x rw
`;

describe('mountinfo', () => {
  it('is read line by line, what makes no sense is passed over', () => {
    const mounts = parseMountinfo(MOUNTINFO);
    expect([...mounts.keys()]).toEqual([22, 27, 41]);
    expect(mounts.get(27)).toEqual({
      id: 27,
      point: '/',
      fileSystem: 'ext4',
      source: '/dev/vda',
      options: ['rw', 'discard'],
    });
    expect(mounts.get(41)).toMatchObject({ point: '/mnt/my nas', source: '//192.168.1.5/my video' });
  });

  it.runIf(process.platform === 'linux')('tells on what an open file lies', async () => {
    await using file = await open('/proc/self/status');
    expect(await mountOf(file.fd)).toMatchObject({ fileSystem: 'proc' });
    expect(await mountOf(999_999)).toBeUndefined();
  });
});

describe('the server of a mount', () => {
  it.each([
    ['ext4', '/dev/sda1', '', 'local'],
    ['tmpfs', 'tmpfs', '', 'local'],
    ['fuseblk', '/dev/sdb1', '', 'local'],
    ['fuse.mergerfs', 'disk1:disk2', '', 'local'],
    ['nfs4', 'nas:/volume1/video', 'vers=4.2,addr=192.168.1.5', { host: '192.168.1.5' }],
    ['nfs', 'nas.lan:/volume1/video', '', { host: 'nas.lan' }],
    ['nfs4', '[fd00::5]:/video', '', { host: '[fd00::5]' }],
    ['cifs', '//nas/video', '', { host: 'nas' }],
    ['smb3', '//nas/video', 'addr=10.0.0.2', { host: '10.0.0.2' }],
    ['fuse.sshfs', 'me@nas:/home/me', '', { host: 'nas' }],
    ['fuse', 'https://dav.example.com/files', '', { host: 'dav.example.com' }],
    ['fuse', 'https://me@dav.example.com:8443/files', '', { host: 'dav.example.com' }],
    ['fuse.glusterfs', 'nas:/volume', '', { host: 'nas' }],
    ['fuse.rclone', 'drive:doorstep', '', 'unknown'],
    ['fuse.s3fs', 's3fs', '', 'unknown'],
    ['9p', 'share', 'trans=virtio', 'local'],
    ['9p', '203.0.113.5', 'trans=tcp', 'unknown'],
    ['virtiofs', 'share', '', 'local'],
  ] as const)('of %s from %s (%s)', (fileSystem, source, options, server) => {
    expect(serverOf({ id: 1, point: '/mnt', fileSystem, source, options: options.split(',') })).toEqual(
      server,
    );
  });
});
