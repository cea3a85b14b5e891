/** Privacy masks of the camera itself (ONVIF Media2 Service Specification, section 5.12). */
import {
  escapeXml,
  findElement,
  findElements,
  findNumber,
  findText,
  toNumber,
  type XmlElement,
} from '../../system/xml.ts';
import type { Polygon } from '../masks.ts';
import { isTrue } from './device.ts';
import { type CameraMask, hides, type MaskLimits, planMasks } from './mask-plan.ts';
import { OnvifError } from './onvif-error.ts';
import type { OnvifSession } from './session.ts';
import { NS } from './soap.ts';

/** Which masks at the camera are ours, kept beyond a restart of the hub. */
export interface MaskTokens {
  read(): Promise<readonly string[]>;
  write(tokens: readonly string[]): Promise<void>;
}

const RGB = 'http://www.onvif.org/ver10/colorspace/RGB';
const MAX_MASKS = 64;

/** All masks of the camera. Rejects with an `OnvifError`: `unsupported` where it has none. */
export async function readMasks(session: OnvifSession): Promise<CameraMask[]> {
  const reply = await session.call('media2', `<GetMasks xmlns="${NS.media2}"/>`);
  return findElements(reply, 'Masks').slice(0, MAX_MASKS).flatMap(readMask);
}

/**
 * Makes these, and only these, our masks at the camera; true when it shows each of them afterwards. Rejects with an `OnvifError`.
 */
export async function writeMasks(
  session: OnvifSession,
  wanted: readonly Polygon[],
  tokens: MaskTokens,
): Promise<boolean> {
  const configuration = await videoSourceConfiguration(session);
  const { limits, rgb } = await readLimits(session, configuration);
  const present = await readMasks(session);
  const own = new Set(await tokens.read());
  const plan = planMasks(wanted, present, own, limits);
  if (!plan) return false;
  const xml = (polygon: Polygon, token?: string) =>
    maskXml({ polygon, configuration, rgb, ...(token !== undefined && { token }) });
  // What hides more comes before what hides less.
  for (const { token, polygon } of plan.change)
    await session.call('media2', `<SetMask xmlns="${NS.media2}">${xml(polygon, token)}</SetMask>`);
  for (const polygon of plan.create) {
    const reply = await session.call(
      'media2',
      `<CreateMask xmlns="${NS.media2}">${xml(polygon)}</CreateMask>`,
    );
    const token = findText(reply, 'Token');
    if (token === undefined) throw new OnvifError('fault', 'The camera made a mask and did not name it.');
    // At once: a mask that is forgotten could never be taken away again.
    await tokens.write([...own.add(token)]);
  }
  for (const token of plan.remove) {
    await session.call(
      'media2',
      `<DeleteMask xmlns="${NS.media2}"><Token>${escapeXml(token)}</Token></DeleteMask>`,
    );
    own.delete(token);
  }
  const now = await readMasks(session);
  await tokens.write([...own].filter((token) => now.some((mask) => mask.token === token)));
  const gone = plan.remove.every((token) => !now.some((mask) => mask.token === token));
  return gone && wanted.every((polygon) => now.some((mask) => hides(mask, polygon)));
}

function readMask(element: XmlElement): CameraMask[] {
  const token = element.attributes.get('token');
  const polygon = findElements(findElement(element, 'Polygon'), 'Point').map(({ attributes }) => {
    const x = toNumber(attributes.get('x')) ?? 0;
    const y = toNumber(attributes.get('y')) ?? 0;
    return [fromOnvif(x), fromOnvif(-y)] as const;
  });
  if (!token || polygon.length < 3) return [];
  const enabled = isTrue(findText(element, 'Enabled'));
  return [{ token, polygon, type: findText(element, 'Type') ?? '', enabled }];
}

/** The part of the sensor that the streams show; masks belong to it. */
async function videoSourceConfiguration(session: OnvifSession): Promise<string> {
  const reply = await session.call('media2', `<GetVideoSourceConfigurations xmlns="${NS.media2}"/>`);
  const token = findElements(reply, 'Configurations')[0]?.attributes.get('token');
  if (!token) throw new OnvifError('fault', 'The camera has no video source.');
  return token;
}

async function readLimits(
  session: OnvifSession,
  configuration: string,
): Promise<{ limits: MaskLimits; rgb: boolean }> {
  const reply = await session.call(
    'media2',
    `<GetMaskOptions xmlns="${NS.media2}"><ConfigurationToken>${escapeXml(configuration)}</ConfigurationToken></GetMaskOptions>`,
  );
  const options = findElement(reply, 'Options');
  const colors = findElement(options, 'Color');
  const spaces = [
    ...findElements(colors, 'ColorList').map(({ attributes }) => attributes.get('Colorspace')),
    ...findElements(colors, 'ColorspaceRange').map((range) => findText(range, 'Colorspace')),
  ];
  return {
    limits: {
      maxMasks: findNumber(options, 'MaxMasks') ?? 0,
      maxPoints: findNumber(options, 'MaxPoints') ?? 4,
      rectangleOnly: isTrue(options?.attributes.get('RectangleOnly')),
      types: findElements(options, 'Types').map(({ text }) => text),
    },
    rgb: spaces.some((space) => space?.endsWith('RGB')),
  };
}

interface MaskInput {
  polygon: Polygon;
  configuration: string;
  rgb: boolean;
  token?: string;
}

function maskXml({ polygon, configuration, rgb, token }: MaskInput): string {
  const points = polygon.map(
    ([x, y]) => `<Point xmlns="${NS.schema}" x="${toOnvif(x)}" y="${toOnvif(1 - y)}"/>`,
  );
  // A camera that names no RGB has its own black.
  const black = rgb ? `<Color X="0" Y="0" Z="0" Colorspace="${RGB}"/>` : '';
  return (
    `<Mask${token === undefined ? '' : ` token="${escapeXml(token)}"`}>` +
    `<ConfigurationToken>${escapeXml(configuration)}</ConfigurationToken><Polygon>${points.join('')}</Polygon>` +
    `<Type>Color</Type>${black}<Enabled>true</Enabled></Mask>`
  );
}

/** ONVIF counts from -1 to 1, upwards (ONVIF Core Specification, annex on normalized coordinates). */
function toOnvif(part: number): string {
  return (part * 2 - 1).toFixed(4);
}

function fromOnvif(coordinate: number): number {
  return Math.min(1, Math.max(0, (coordinate + 1) / 2));
}
