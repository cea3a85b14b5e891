import { expect, it } from 'vitest';
import { rcloneFault } from './rclone-fault.ts';

it.each([
  [
    'a.bin: WriteFileHandle.New Rcat failed: write a.bin: response error: An operation failed because the disk was full.',
    'full',
  ],
  ['Rcat failed: write /x: no space left on device', 'full'],
  [
    "/: Dir.Stat error: couldn't connect SMB: dial tcp 192.168.1.10:445: connect: connection refused",
    'missing',
  ],
  ['/: Dir.Stat error: open : connection error: EOF', 'missing'],
  [
    'Failed to create file system for "nas:x": NewFs: couldn\'t connect SSH: dial tcp: i/o timeout',
    'missing',
  ],
  ['Failed to lsf with 2 errors: last error was: error in ListJSON: directory not found', 'missing'],
  ["couldn't connect SSH: ssh: handshake failed: ssh: unable to authenticate", 'denied'],
  ['response error: The attempted logon is invalid. STATUS_LOGON_FAILURE', 'denied'],
  ["couldn't connect SSH: ssh: handshake failed: knownhosts: key mismatch", 'certificate'],
  ['mkdir /x: read-only file system', 'read-only'],
  ['sftp: "Failure" (SSH_FX_FAILURE)', undefined],
])('%s: %s', (line, fault) => {
  expect(rcloneFault('nas:x', line)?.fault).toBe(fault);
});
