/** One connection's knowledge of a camera: where its services are, what it can do. */

import { findElements, type XmlElement } from '../../system/xml.ts';
import { announcesPort, type Endpoint, type Reach, serviceEndpoint } from './address-policy.ts';
import type { OnvifFeatures } from './contract.ts';
import {
  type DeviceInformation,
  readCapabilities,
  readDeviceInformation,
  readServices,
  type Services,
} from './device.ts';
import { OnvifError } from './onvif-error.ts';
import { NS } from './soap.ts';
import type { SoapClient } from './soap-client.ts';

export interface OnvifSession {
  readonly client: SoapClient;
  readonly device: DeviceInformation;
  readonly features: OnvifFeatures;
  readonly endpoints: { media?: Endpoint; media2?: Endpoint; events?: Endpoint };
  readonly reach: Reach;
  /** Calls a service. Rejects with an `OnvifError`: `unsupported` where the camera has no such service. */
  call(service: 'media' | 'media2' | 'events', body: string): Promise<XmlElement>;
  /** Asks for the time again: whether it is there, and how its clock runs. Rejects with an `OnvifError`. */
  refresh(): Promise<void>;
}

export interface ConnectOptions {
  client: SoapClient;
  host: string;
  port: number;
  signal: AbortSignal;
}

/** Where every ONVIF device has its device service (ONVIF Core Specification, section 5.1.1). */
const DEVICE_PATH = '/onvif/device_service';

/** Asks for the time first, since the login depends on it, then what else is there. Rejects with an `OnvifError`. */
export async function connect({ client, host, port, signal }: ConnectOptions): Promise<OnvifSession> {
  const device = serviceEndpoint(`http://${host}:${port}${DEVICE_PATH}`, { host, port }) ?? {
    host,
    port,
    path: DEVICE_PATH,
  };
  const ask = (body: string) => client.call({ endpoint: device, body, signal });
  await client.measureClock(device, signal);
  const information = readDeviceInformation(await ask(`<GetDeviceInformation xmlns="${NS.device}"/>`));
  const services = await findServices(ask);
  const ownPorts = announcesPort(services.addresses.get(NS.device), port);
  const reach = { host, port, ...(ownPorts !== undefined && { ownPorts }) };
  const endpoints: { media?: Endpoint; media2?: Endpoint; events?: Endpoint } = {};
  for (const name of ['media', 'media2', 'events'] as const) {
    const address = services.addresses.get(NS[name]);
    const endpoint = address === undefined ? undefined : serviceEndpoint(address, reach);
    if (endpoint) endpoints[name] = endpoint;
  }
  const call: OnvifSession['call'] = async (service, body) => {
    const endpoint = endpoints[service];
    if (!endpoint) throw new OnvifError('unsupported', `The camera has no ${service} service.`);
    return client.call({ endpoint, body, signal });
  };
  const features = {
    events: endpoints.events !== undefined,
    media2: endpoints.media2 !== undefined,
    masks: endpoints.media2 !== undefined && services.masks !== false,
    audioOutput: await hasAudioOutput({ endpoints, call }),
  };
  return {
    client,
    device: information,
    features,
    endpoints,
    reach,
    call,
    refresh: async () => void (await client.measureClock(device, signal)),
  };
}

async function findServices(ask: (body: string) => Promise<XmlElement>): Promise<Services> {
  try {
    const services = readServices(
      await ask(
        `<GetServices xmlns="${NS.device}"><IncludeCapability>true</IncludeCapability></GetServices>`,
      ),
    );
    if (services.addresses.size > 0) return services;
  } catch (error) {
    if (!(error instanceof OnvifError) || error.kind === 'unreachable' || error.kind === 'silent')
      throw error;
  }
  const all = await ask(`<GetCapabilities xmlns="${NS.device}"><Category>All</Category></GetCapabilities>`);
  return readCapabilities(all);
}

async function hasAudioOutput({
  call,
  endpoints,
}: Pick<OnvifSession, 'call' | 'endpoints'>): Promise<boolean> {
  const service = endpoints.media ? 'media' : 'media2';
  try {
    const reply = await call(service, `<GetAudioOutputConfigurations xmlns="${NS[service]}"/>`);
    return findElements(reply, 'Configurations').length > 0;
  } catch {
    return false;
  }
}
