import type { HubStatus } from '../../protocol/status.ts';
import { readRunFile } from '../hub/run-file.ts';
import { storageLines } from './storage-text.ts';

/** `doorstep status`: what runs here, for a person. Returns the process exit code: 0 when a hub runs. */
export function status(
  homebridgeStorage: string,
  { json }: { json: boolean },
  print: (text: string) => void,
): number {
  const found = readRunFile(homebridgeStorage);
  if (!found) {
    print(
      json
        ? JSON.stringify({ running: false })
        : `Doorstep has not run in ${homebridgeStorage}. Check the folder (-U), or start Homebridge with a camera set up.`,
    );
    return 1;
  }
  print(json ? JSON.stringify(found, null, 2) : describe(found));
  return found.running ? 0 : 1;
}

function describe(status: HubStatus): string {
  const lines = [
    status.running
      ? `Doorstep ${status.version} runs (process ${status.pid}).`
      : `Doorstep ${status.version} does not run; this is how it was at ${new Date(status.at).toLocaleString()}.`,
    status.api ? `Web app and API  ${status.api.url}` : 'Web app and API  not available, see below',
    '',
    'Cameras',
    ...status.cameras.map(
      ({ name, online, video, slug, webhooks }) =>
        `  ${name} (${slug})  ${online ? 'online' : 'offline'}${video ? `  ${video.codec} ${video.width}x${video.height}` : ''}
    for its button, POST or GET  ${webhooks.ring}`,
    ),
    '',
    'HomeKit',
    ...status.homekit.map(
      ({ name, paired, setupCode, username, port }) =>
        `  ${name}  ${paired ? 'paired' : `not paired, set-up code ${setupCode ?? 'not known yet'}`}  ${username ?? ''} port ${port ?? '–'}`,
    ),
  ];
  if (status.storage) lines.push('', ...storageLines(status.storage, status.at));
  if (status.problems.length > 0)
    lines.push('', 'Needs you', ...status.problems.map(({ what, cure }) => `  ${what} ${cure}`));
  return lines.join('\n');
}
