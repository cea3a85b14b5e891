import { describe, expect, it } from 'vitest';
import type { TargetError } from './contract.ts';
import { checkPlace, isMounted, isPlain } from './folder-proof.ts';

const ROOT = 1;
const STORAGE = 2;
const NAS = 3;

describe('a folder is the place that was set up', () => {
  it.each([
    ['as it was', { device: NAS, fileSystem: 'nfs4' }, { mounted: true, fileSystem: 'nfs4' }, undefined],
    [
      'on the disk of the storage',
      { device: STORAGE, fileSystem: 'nfs4' },
      { mounted: true, fileSystem: 'nfs4' },
      'not mounted',
    ],
    [
      'on the disk of the system',
      { device: ROOT, fileSystem: 'nfs4' },
      { mounted: true, fileSystem: 'nfs4' },
      'not mounted',
    ],
    [
      'another kind of disk',
      { device: NAS, fileSystem: 'ext4' },
      { mounted: true, fileSystem: 'nfs4' },
      'something else',
    ],
    [
      'another version of NFS',
      { device: NAS, fileSystem: 'nfs' },
      { mounted: true, fileSystem: 'nfs4' },
      undefined,
    ],
    [
      'another version of SMB',
      { device: NAS, fileSystem: 'smb3' },
      { mounted: true, fileSystem: 'cifs' },
      undefined,
    ],
    [
      'never was a mount',
      { device: STORAGE, fileSystem: 'ext4' },
      { mounted: false, fileSystem: 'ext4' },
      undefined,
    ],
    [
      'a disk of its own by now',
      { device: NAS, fileSystem: 'ext4' },
      { mounted: false, fileSystem: 'ext4' },
      undefined,
    ],
    ['nothing is known', { device: ROOT, fileSystem: 'ext4' }, undefined, undefined],
  ] as const)('%s', (_, seen, known, sentence) => {
    const check = () => checkPlace('/mnt/nas', { ...seen, storageDevice: STORAGE, rootDevice: ROOT }, known);
    if (sentence === undefined) return expect(check).not.toThrow();
    expect(check).toThrow(sentence);
    expect(check).toThrow(expect.objectContaining<Partial<TargetError>>({ fault: 'missing' }));
  });

  const [partition, share] = [
    { id: 1, point: '/home', fileSystem: 'ext4', source: '/dev/sda2', options: [] },
    { id: 2, point: '/srv', fileSystem: 'cifs', source: '//192.168.1.10/recordings', options: [] },
  ];
  const program = { ...partition, fileSystem: 'fuse.rclone', source: 'drive:' };
  it.each([
    ["on the system's disk", ROOT, partition, true, false],
    ["on the storage's disk", STORAGE, undefined, true, false],
    ['somewhere on another partition', NAS, partition, false, false],
    ['a mount point', NAS, partition, true, true],
    ['somewhere on a share', NAS, share, false, true],
    ['somewhere in what a program shows', NAS, program, false, false],
    ['nobody tells on what', NAS, undefined, false, false],
    ['nobody tells on what, and it is a mount point', NAS, undefined, true, true],
  ] as const)('%s: set up unasked %#', (_, device, mount, isMountPoint, expected) => {
    const seen = { device, fileSystem: 'ext4', storageDevice: STORAGE, rootDevice: ROOT };
    expect(isPlain({ seen, mount, isMountPoint })).toBe(expected);
  });

  it('is mounted when it lies neither on the disk of the storage nor on that of the system', () => {
    expect(isMounted({ device: NAS, storageDevice: STORAGE, rootDevice: ROOT })).toBe(true);
    expect(isMounted({ device: STORAGE, storageDevice: STORAGE, rootDevice: ROOT })).toBe(false);
    expect(isMounted({ device: ROOT, storageDevice: STORAGE, rootDevice: ROOT })).toBe(false);
  });
});
