/** The loudspeaker's volume (ONVIF Media Service Specification, section 5.13; the same in Media2). */
import { escapeXml, findElement, findElements, findNumber, findText } from '../../system/xml.ts';
import type { ChimeLevel } from './contract.ts';
import { OnvifError } from './onvif-error.ts';
import type { OnvifSession } from './session.ts';
import { NS } from './soap.ts';

interface Output {
  service: 'media' | 'media2';
  token: string;
  name: string;
  useCount: number;
  outputToken: string;
  sendPrimacy?: string;
  /** In the camera's own units. */
  level: number;
  min: number;
  max: number;
}

/** What it goes back to when it was muted before the hub knew it. */
const DEFAULT_VOLUME = 50;

/** Remembers the volume from before it was muted, since ONVIF does not. */
export class Chime {
  #before: number | undefined;

  /** Undefined where there is no loudspeaker. Rejects with an `OnvifError`. */
  async get(session: OnvifSession): Promise<ChimeLevel | undefined> {
    const output = await readOutput(session);
    if (!output) return undefined;
    const muted = output.level <= output.min;
    return { volume: muted ? (this.#before ?? 0) : toVolume(output), muted };
  }

  /** Rejects with an `OnvifError`: `unsupported` where there is no loudspeaker. */
  async set(session: OnvifSession, { volume, muted }: Partial<ChimeLevel>): Promise<void> {
    const output = await readOutput(session);
    if (!output)
      throw new OnvifError('unsupported', 'The camera has no loudspeaker whose volume can be set.');
    const silent = output.level <= output.min;
    if (!silent) this.#before = toVolume(output);
    if (volume !== undefined) this.#before = Math.min(100, Math.max(0, volume));
    const level = (muted ?? silent) ? output.min : fromVolume(this.#before ?? DEFAULT_VOLUME, output);
    if (level !== output.level) await writeLevel(session, output, level);
  }
}

async function readOutput(session: OnvifSession): Promise<Output | undefined> {
  const service = session.endpoints.media ? 'media' : 'media2';
  const xmlns = NS[service];
  const listed = await session.call(service, `<GetAudioOutputConfigurations xmlns="${xmlns}"/>`);
  const configuration = findElements(listed, 'Configurations')[0];
  const token = configuration?.attributes.get('token');
  if (!configuration || token === undefined) return undefined;
  const range = await session
    .call(
      service,
      `<GetAudioOutputConfigurationOptions xmlns="${xmlns}"><ConfigurationToken>${escapeXml(token)}</ConfigurationToken></GetAudioOutputConfigurationOptions>`,
    )
    .then((reply) => findElement(reply, 'Options', 'OutputLevelRange'))
    // Without a range it is 0 to 100 in every camera that is known.
    .catch(() => undefined);
  const min = findNumber(range, 'Min') ?? 0;
  const max = findNumber(range, 'Max') ?? 100;
  const sendPrimacy = findText(configuration, 'SendPrimacy');
  return {
    service,
    token,
    name: findText(configuration, 'Name') ?? token,
    useCount: findNumber(configuration, 'UseCount') ?? 0,
    outputToken: findText(configuration, 'OutputToken') ?? '',
    level: findNumber(configuration, 'OutputLevel') ?? min,
    min,
    max: max > min ? max : min + 1,
    ...(sendPrimacy !== undefined && { sendPrimacy }),
  };
}

async function writeLevel(session: OnvifSession, output: Output, level: number): Promise<void> {
  const field = (name: string, value: string | number) =>
    `<${name} xmlns="${NS.schema}">${escapeXml(String(value))}</${name}>`;
  await session.call(
    output.service,
    `<SetAudioOutputConfiguration xmlns="${NS[output.service]}"><Configuration token="${escapeXml(output.token)}">` +
      field('Name', output.name) +
      field('UseCount', output.useCount) +
      field('OutputToken', output.outputToken) +
      (output.sendPrimacy === undefined ? '' : field('SendPrimacy', output.sendPrimacy)) +
      field('OutputLevel', level) +
      `</Configuration>${output.service === 'media' ? '<ForcePersistence>true</ForcePersistence>' : ''}` +
      '</SetAudioOutputConfiguration>',
  );
}

function toVolume({ level, min, max }: Output): number {
  return Math.min(100, Math.max(0, Math.round(((level - min) / (max - min)) * 100)));
}

function fromVolume(volume: number, { min, max }: Output): number {
  return Math.round(min + (volume / 100) * (max - min));
}
