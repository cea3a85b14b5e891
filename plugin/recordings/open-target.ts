import type { TargetKind } from '../../protocol/api.ts';
import type { Config } from '../config.ts';
import { ProblemError } from '../system/problem.ts';
import { type Target, type TargetConfig, TargetError } from './keeper/contract.ts';
import { type KeeperDeps, startKeeper } from './keeper/keeper.ts';
import { type TargetPlaces, targetConfig, whereOf } from './target-config.ts';

type TargetOptions = Config['recordings']['target'];

/** The target of the settings behind its keeper. Where the settings do not say enough, one that takes nothing and says why. */
export function openTarget(options: TargetOptions, places: TargetPlaces, deps: KeeperDeps): Target {
  const config = readTarget(options, places);
  return config instanceof ProblemError ? unusable(config) : startKeeper(config, deps);
}

/** The target of the settings for people. */
export function targetPlace(
  options: TargetOptions,
  places: TargetPlaces,
): { kind: TargetKind; where: string } {
  const config = readTarget(options, places);
  if (!(config instanceof ProblemError)) return whereOf(config);
  return { kind: options?.kind ?? 'embedded', where: 'the target' };
}

function readTarget(options: TargetOptions, places: TargetPlaces): TargetConfig | ProblemError {
  try {
    return targetConfig(options, places);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

function unusable({ message }: ProblemError): Target {
  const refuse = () => Promise.reject(new TargetError('failed', message));
  return { open: refuse, setUp: refuse, [Symbol.asyncDispose]: async () => {} };
}
