#!/usr/bin/env node
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ProblemError, reason } from '../system/problem.ts';
import { checkRecordings } from './check.ts';
import { doctor, type Terminal } from './doctor.ts';
import { status } from './status.ts';
import { token } from './token-command.ts';
import { verify } from './verify-command.ts';

const HELP = `doorstep <verb> [-U <Homebridge storage folder>] [--json]

  status                       cameras, HomeKit set-up codes, storage, problems
  doctor [--camera NAME]       examines cameras and this machine: what was found, and which setting to change;
                               ends with 0 when nothing is bad, 1 when something is, 2 when it could not examine
  check [--hashes] [--repair] [--rebuild]
                               proves that index, spool and target say the same; --hashes reads every byte; --repair mends what
                               can be mended, and removes no footage; --rebuild makes a lost index again. The last two need a hub
                               that does not run. Ends with 0 when nothing is wrong, 1 when something is, 2 when it could not look
  verify [BAG] [--log] [--head FILE]
                               proves that the log of shares is what it was; --head: that it still holds what an old head told of,
                               from a mail, a statement or a bag. BAG: that an evidence bag is whole and unchanged; with --log, the log
                               as well. Ends with 0 when nothing is wrong, 1 when something is, 2 when it could not look
  token create --name X --scopes events,media
  token list
  token revoke <id>            bearer tokens for Node-RED and scripts (scopes: events, media, control, share:request)
  demo [--once] [--clip FILE] [--camera rtsp://…]
                               a whole house that does not exist: doorbell, HomeKit, Node-RED, web app;
                               with -U it is kept in <folder>/doorstep-demo, and nothing else there is touched

-U defaults to ~/.homebridge; the demo's, to a temporary folder.`;

const OPTIONS = {
  'user-storage-path': { type: 'string', short: 'U' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  name: { type: 'string' },
  scopes: { type: 'string' },
  once: { type: 'boolean', default: false },
  clip: { type: 'string' },
  camera: { type: 'string' },
  hashes: { type: 'boolean', default: false },
  repair: { type: 'boolean', default: false },
  rebuild: { type: 'boolean', default: false },
  log: { type: 'boolean', default: false },
  head: { type: 'string' },
} as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const storage = values['user-storage-path'] ?? join(homedir(), '.homebridge');
  const print = (text: string) => console.log(text);
  const [verb, ...rest] = positionals;
  if (values.help || !verb) {
    print(HELP);
    return values.help ? 0 : 2;
  }
  switch (verb) {
    case 'status':
      return status(storage, values, print);
    case 'doctor':
      return doctor(storage, values, terminal(), interrupted());
    case 'check':
      return checkRecordings(storage, values, terminal(), interrupted());
    case 'verify':
      return verify(storage, rest[0], values, terminal(), interrupted());
    case 'token':
      return token(storage, rest, values, print);
    case 'demo':
      return (await loadDemo()).demo({ ...values, storage: values['user-storage-path'] }, print);
    default:
      console.error(`"${verb}" is not a doorstep verb.\n\n${HELP}`);
      return 2;
  }
}

function terminal(): Terminal {
  const { stdout, env } = process;
  return {
    print: (text) => console.log(text),
    note: (text) => console.error(text),
    colour: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
    width: stdout.columns ?? 80,
  };
}

/** Aborts on Ctrl-C and on a polite end, so that nothing stays behind. */
function interrupted(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

/** The demo brings its own doorbell, phone and Node-RED, which the installed package leaves out. */
async function loadDemo(): Promise<typeof import('./demo/demo.ts')> {
  try {
    return await import('./demo/demo.ts');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ProblemError(
      {
        code: 'no-demo',
        what: 'The demo is not part of the installed plugin.',
        cure: 'Clone the repository and run "npm run demo" there.',
      },
      { cause: error },
    );
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof ProblemError ? error.message : `doorstep: ${reason(error)}`);
  process.exitCode = 1;
}
