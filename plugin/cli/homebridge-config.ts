import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { readConfig } from '../read-config.ts';
import { ProblemError, reason } from '../system/problem.ts';

/**
 * The platform's block of config.json, and whether it runs as a child bridge.
 *
 * @throws ProblemError `not-homebridge`, `config-unreadable`, `not-configured`
 */
export function readHomebridgeConfig(homebridgeStorage: string): { config: Config; childBridge: boolean } {
  const path = join(homebridgeStorage, 'config.json');
  const raw = readConfigFile(path);
  const platforms = isRecord(raw) && Array.isArray(raw.platforms) ? raw.platforms : [];
  const block: unknown = platforms.find((each) => isRecord(each) && each.platform === 'Doorstep');
  if (!isRecord(block))
    throw new ProblemError({
      code: 'not-configured',
      what: `There is no Doorstep in ${path}.`,
      cure: 'Set it up in the Homebridge UI under Plugins > Doorstep.',
    });
  return { config: readConfig(block).config, childBridge: isRecord(block._bridge) };
}

function readConfigFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ProblemError(
      {
        code: 'not-homebridge',
        what: `There is no configuration of Homebridge to read at ${path}.`,
        cure: 'Give the folder with its config.json: -U <folder>.',
      },
      { cause: error },
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemError({
      code: 'config-unreadable',
      what: `${path} is not valid JSON: ${reason(error)}.`,
      cure: 'Correct it in the Homebridge UI under JSON Config.',
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
