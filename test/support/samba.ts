/** A real Samba on loopback, with everything of its own: configuration, users, state. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findProgram, type NasServer, startNas } from './nas-server.ts';
import { obscured, type RemoteSettings } from './rclone.ts';

const samba = findProgram('smbd', 'SMBD', 'The tests with Samba');

/** A test that needs Samba; skipped, with a word, on a machine without it. */
export const sambaTest = samba.test;
/** The same for many tests. */
export const sambaSuite = samba.suite;

export interface SambaServer extends NasServer {
  /** For rclone's configuration; the share is `recordings`. */
  readonly remote: RemoteSettings;
}

const PASSWORD = 'a good password';

/** Runs only in a `sambaTest`. Passwords for it are written by rclone. */
export async function startSamba(): Promise<SambaServer> {
  const program = samba.path;
  if (!program) throw new Error('No Samba was found; name yours in the variable SMBD.');
  const user = userInfo().username;
  const server = await startNas(async ({ served, own }) => {
    const state = join(own, 'state');
    await mkdir(state);
    const config = join(own, 'smb.conf');
    await writeFile(config, settings({ served, state }));
    execFileSync(join(program, '../../bin/smbpasswd'), ['-c', config, '-L', '-a', '-s', user], {
      input: `${PASSWORD}\n${PASSWORD}\n`,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    return {
      file: program,
      args: (port) => [
        ...['--foreground', '--no-process-group', `--configfile=${config}`],
        ...['--option', `smb ports=${port}`],
      ],
    };
  });
  return Object.assign(server, {
    remote: { type: 'smb', host: '127.0.0.1', port: server.port, user, pass: obscured(PASSWORD) },
  });
}

function settings({ served, state }: { served: string; state: string }): string {
  return `[global]
server role = standalone server
interfaces = 127.0.0.1
bind interfaces only = yes
disable netbios = yes
disable spoolss = yes
load printers = no
server min protocol = SMB2
rpc start on demand helpers = no
private dir = ${state}
lock directory = ${state}
state directory = ${state}
cache directory = ${state}
pid directory = ${state}
ncalrpc dir = ${state}/ncalrpc
passdb backend = smbpasswd:${state}/smbpasswd
logging = file
log file = ${state}/log
[recordings]
path = ${served}
read only = no
`;
}
