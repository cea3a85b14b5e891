import type { DetectorConfig } from '../../config.ts';
import type { StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import { ProblemError } from '../../system/problem.ts';
import type { Detector } from '../contract.ts';

export interface OpenDetectorDeps {
  startChild: StartChild;
  clock: Clock;
  /** Folders from which a runtime of the owner's is looked for. */
  places: readonly string[];
  /** A line for the log. */
  say(line: string): void;
}

/**
 * Opens the detector that the configuration names. Rejects with a `ProblemError` where it does not load; then there is none, and never
 * another in its place.
 */
export async function openDetector(config: DetectorConfig, deps: OpenDetectorDeps): Promise<Detector> {
  if (config.kind === 'unknown')
    throw new ProblemError({
      code: 'detector-failed',
      what: 'The configuration names a detector that there is not, so nobody looks for people and packages.',
      cure: 'Correct detector.kind in the plugin settings, then restart Homebridge.',
    });
  // Loaded here alone: what runs the models takes memory that a house without people need not spend.
  if (config.kind === 'onnx') {
    const { openOnnx } = await import('./onnx.ts');
    return openOnnx({ model: config.model, labels: config.labels, places: deps.places });
  }
  if (config.kind === 'program') {
    const { openProgram } = await import('./program.ts');
    return openProgram(config.command, deps);
  }
  const { openMoveNet } = await import('./movenet.ts');
  return openMoveNet();
}
