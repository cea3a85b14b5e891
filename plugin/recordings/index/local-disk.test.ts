import { expect, test } from 'vitest';
import { isNetwork, mountOf, networkFileSystem } from './local-disk.ts';

const MOUNTS = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw - proc proc rw
30 22 0:45 / /mnt/nas rw shared:9 - nfs4 192.168.1.10:/video rw,vers=4.2
31 22 0:46 / /mnt/a\\040b rw - cifs //nas/video rw
32 30 8:2 / /mnt/nas/usb rw - ext4 /dev/sdb1 rw
33 22 0:47 / /var/lib/homebridge rw - ext4 /dev/sdc1 rw
34 22 0:48 / /var/lib/homebridge rw - fuse.sshfs nas: rw
torn line
`;

test.each([
  ['/var/lib/x', 'ext4'],
  ['/mnt/nas', 'nfs4'],
  ['/mnt/nas/homebridge', 'nfs4'],
  ['/mnt/nasty', 'ext4'],
  ['/mnt/nas/usb/doorstep', 'ext4'],
  ['/mnt/a b/doorstep', 'cifs'],
  ['/var/lib/homebridge/doorstep', 'fuse.sshfs'],
])('%s is on %s', (path, type) => {
  expect(mountOf(MOUNTS, path)).toBe(type);
});

test.each([
  ...['nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', '9p', 'ceph', 'glusterfs', 'afs'].map((type) => [type, true]),
  ...['fuse.sshfs', 'fuse.rclone', 'fuse.davfs2', 'fuse.davfs'].map((type) => [type, true]),
  ...['ext4', 'btrfs', 'xfs', 'zfs', 'tmpfs', 'overlay', 'vfat', 'fuseblk', 'apfs'].map((type) => [
    type,
    false,
  ]),
])('%s is a network: %s', (type, network) => {
  expect(isNetwork(String(type))).toBe(network);
});

test('this machine has a disk, also below a folder that is not there yet', () => {
  expect(networkFileSystem(`${import.meta.dirname}/nowhere/at/all.sqlite`)).toBeUndefined();
});
