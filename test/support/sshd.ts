/** A real OpenSSH server on loopback that serves SFTP, with keys and configuration of its own. */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findProgram, type NasServer, startNas } from './nas-server.ts';
import type { RemoteSettings } from './rclone.ts';

const sshd = findProgram('sshd', 'SSHD', 'The tests with SFTP');

/** A test that needs an OpenSSH server; skipped, with a word, on a machine without it. */
export const sshdTest = sshd.test;
/** The same for many tests. */
export const sshdSuite = sshd.suite;

export interface SshServer extends NasServer {
  /** For rclone's configuration; paths on it are those of this machine. */
  readonly remote: RemoteSettings;
}

/** Runs only in a `sshdTest`. */
export async function startSshd(): Promise<SshServer> {
  const program = sshd.path;
  if (!program) throw new Error('No sshd was found; name yours in the variable SSHD.');
  const user = userInfo().username;
  let key = '';
  const server = await startNas(async ({ own }) => {
    // As root it insists on this folder, which the system makes when it starts a server of its own.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    key = join(own, 'user-key');
    for (const file of ['host-key', 'user-key'])
      execFileSync(join(program, '../../bin/ssh-keygen'), [
        ...['-q', '-t', 'ed25519', '-N', ''],
        ...['-f', join(own, file)],
      ]);
    await copyFile(`${key}.pub`, join(own, 'authorized'));
    const config = join(own, 'sshd_config');
    await writeFile(config, settings(own, user));
    return { file: program, args: (port) => ['-D', '-e', '-f', config, '-p', String(port)] };
  });
  return Object.assign(server, {
    remote: {
      type: 'sftp',
      host: '127.0.0.1',
      port: server.port,
      user,
      key_file: key,
      shell_type: 'none',
    },
  });
}

function settings(own: string, user: string): string {
  return `ListenAddress 127.0.0.1
HostKey ${own}/host-key
PidFile none
AuthorizedKeysFile ${own}/authorized
AllowUsers ${user}
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
UsePAM no
StrictModes no
Subsystem sftp internal-sftp
`;
}
