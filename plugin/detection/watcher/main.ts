/** The watcher process: looks at the pictures of all cameras. Frames on standard input and output; ends when its input does. */
import { availableParallelism, loadavg, setPriority } from 'node:os';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { openDetector } from '../models/open-detector.ts';
import { createSight } from '../sight.ts';
import { serveWatcher } from './serve-watcher.ts';

/** As `nice -n 5`: live view and recording go before it. Lower, a busy machine would leave it nothing at all. */
const NICENESS = 5;

try {
  setPriority(NICENESS);
} catch {
  // Not every system lets a process do that.
}
process.once('SIGTERM', () => process.exit(0));
// The hub ends its watcher itself; Ctrl-C in a terminal reaches both.
process.on('SIGINT', () => {});
process.stdout.on('error', () => {});

await serveWatcher({
  input: process.stdin,
  write: (frame) => process.stdout.write(frame),
  createSight,
  openDetector: ({ detector, storagePath }) =>
    openDetector(detector, {
      startChild,
      clock: systemClock,
      say: (line) => console.error(line),
      places: [import.meta.dirname, storagePath],
    }),
  clock: systemClock,
  load: () => (loadavg()[0] ?? 0) / availableParallelism(),
}).catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  process.exitCode = 1;
  console.error(error.message);
});
// A look that goes on keeps nobody waiting.
process.exit();
