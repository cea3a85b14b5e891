import type { DetectorConfig } from '../../config.ts';
import type { StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
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
