/** The command that runs one simulated doorbell: `node simulator/main.ts --help`. */
import { parseArgs } from 'node:util';
import { reason } from '../plugin/system/problem.ts';
import { HELP, OPTIONS, readCommand } from './command.ts';
import { openControlPort } from './control.ts';
import { startDoorbell } from './doorbell.ts';

try {
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  if (values.help) console.log(HELP);
  else await run(values);
} catch (error) {
  console.error(reason(error));
  process.exitCode = 1;
}

async function run(values: Parameters<typeof readCommand>[0]): Promise<void> {
  const command = readCommand(values);
  const ended = endOfLife(command.withParent);
  const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  let announced = false;
  const deps = { onHappening: (happening: object) => announced && print(happening) };
  await using doorbell = await startDoorbell(command.doorbell, deps);
  await using control = await openControlPort(doorbell, command.controlPort);
  announced = true;
  print({ main: doorbell.mainUrl, sub: doorbell.subUrl, control: control.url, pid: process.pid });
  const failure = await Promise.race([ended, doorbell.broken]);
  if (failure) throw failure;
}

/** Resolves on SIGTERM, SIGINT, and with a parent when that is gone, which closes our standard input. */
function endOfLife(withParent: boolean): Promise<undefined> {
  return new Promise((resolve) => {
    const end = () => {
      // An open pipe from the parent would keep this process alive.
      process.stdin.destroy();
      resolve(undefined);
    };
    process.once('SIGTERM', end).once('SIGINT', end);
    process.stdout.on('error', end);
    if (withParent) process.stdin.once('end', end).once('close', end).resume();
  });
}
