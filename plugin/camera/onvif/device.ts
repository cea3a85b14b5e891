/** The device service (ONVIF Core Specification, section 8): time, services, who it is. */

import { findElement, findElements, findNumber, findText, type XmlElement } from '../../system/xml.ts';
import { NS } from './soap.ts';

export interface DeviceInformation {
  manufacturer?: string;
  model?: string;
  firmware?: string;
}

/** Where the services are, as the camera announced them, by namespace; and what it said of Media2. */
export interface Services {
  addresses: ReadonlyMap<string, string>;
  /** Undefined where it did not say. */
  masks?: boolean;
}

/**
 * How far the camera's clock is ahead of ours, in ms, from a `GetSystemDateAndTimeResponse` and the times before and after it.
 * Its time has whole seconds: half of one is added. Undefined where it has no time.
 */
export function clockOffset(reply: XmlElement, sentAt: number, receivedAt: number): number | undefined {
  const all = findElement(reply, 'SystemDateAndTime');
  const time = dateTime(findElement(all, 'UTCDateTime')) ?? dateTime(findElement(all, 'LocalDateTime'));
  return time === undefined ? undefined : Math.round(time + 500 - (sentAt + receivedAt) / 2);
}

function dateTime(element: XmlElement | undefined): number | undefined {
  const [year, month, day] = ['Year', 'Month', 'Day'].map((name) => findNumber(element, 'Date', name));
  const [hour, minute, second] = ['Hour', 'Minute', 'Second'].map((name) =>
    findNumber(element, 'Time', name),
  );
  if (year === undefined || month === undefined || day === undefined || hour === undefined) return undefined;
  const time = Date.UTC(year, month - 1, day, hour, minute ?? 0, second ?? 0);
  return Number.isFinite(time) ? time : undefined;
}

/** From a `GetServicesResponse`. */
export function readServices(reply: XmlElement): Services {
  const services = findElements(reply, 'Service').slice(0, 64);
  const named = services.flatMap((service): [string, string][] => {
    const namespace = findText(service, 'Namespace');
    const address = findText(service, 'XAddr');
    return namespace !== undefined && address !== undefined ? [[namespace, address]] : [];
  });
  const media2 = services.find((service) => /ver20\/media/.test(findText(service, 'Namespace') ?? ''));
  const mask = findElement(media2, 'Capabilities', 'Capabilities')?.attributes.get('Mask');
  return { addresses: new Map(named), ...(mask !== undefined && { masks: isTrue(mask) }) };
}

/** From a `GetCapabilitiesResponse`, for cameras from before `GetServices`. */
export function readCapabilities(reply: XmlElement): Services {
  const capabilities = findElement(reply, 'Capabilities');
  const named = (['device', 'media', 'events'] as const).flatMap((name): [string, string][] => {
    const address = findText(capabilities, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, 'XAddr');
    return address === undefined ? [] : [[NS[name], address]];
  });
  return { addresses: new Map(named) };
}

/** From a `GetDeviceInformationResponse`. */
export function readDeviceInformation(reply: XmlElement): DeviceInformation {
  const [manufacturer, model, firmware] = ['Manufacturer', 'Model', 'FirmwareVersion'].map((name) =>
    findText(reply, name)?.slice(0, 100),
  );
  return {
    ...(manufacturer !== undefined && { manufacturer }),
    ...(model !== undefined && { model }),
    ...(firmware !== undefined && { firmware }),
  };
}

/** As `xs:boolean` has it, in any case. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(true|1)$/i.test(text.trim());
}
