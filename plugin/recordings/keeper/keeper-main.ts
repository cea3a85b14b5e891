/** The keeper process: the only one that touches the target. Frames on standard input and output; ends when its input does. */
import { systemClock } from '../../system/clock.ts';
import { createTarget } from './create-target.ts';
import { serveKeeper } from './keeper-serve.ts';

/** A call that hangs in the kernel must not keep the process, where it can be ended at all. */
const PATIENCE_MS = 1500;

function endSoon(): void {
  // Not `process.exit`: it waits for threads, and one of them may hang.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
}

process.once('SIGTERM', () => {
  process.stdin.destroy();
  endSoon();
});
// The hub ends its keepers itself; Ctrl-C in a terminal reaches both.
process.on('SIGINT', () => {});
process.stdin.once('close', endSoon);
process.stdout.on('error', () => {});

await serveKeeper({
  input: process.stdin,
  write: (frame) => process.stdout.write(frame),
  createTarget: (config, progress) => createTarget(config, { clock: systemClock, progress }),
  now: () => systemClock.monotonic(),
}).catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  process.exitCode = 1;
  console.error(error.message);
});
