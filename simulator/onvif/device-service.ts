/** Device service (ONVIF Core Specification, section 8; ver10/device/wsdl/devicemgmt.wsdl). */
import { escapeXml } from '../../plugin/system/xml.ts';
import { DIALECTS } from './brands.ts';
import { deviceTime, type SimulatedDevice } from './device.ts';
import { NAMESPACES, SoapFault } from './soap.ts';

export const PATHS = {
  device: '/onvif/device_service',
  media: '/onvif/media_service',
  media2: '/onvif/media2_service',
  events: '/onvif/event_service',
  subscription: '/onvif/subscription',
} as const;

type Handler = () => string;

export function deviceService(
  device: SimulatedDevice,
  options: { services: boolean },
): Readonly<Record<string, Handler>> {
  const { manufacturer, model } = DIALECTS[device.brand];
  const hasMedia1 = device.media !== 'media2';
  const hasMedia2 = device.media !== 'media1';

  const service = (namespace: string, path: string, capabilities = '') =>
    `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${device.origin}${path}</tds:XAddr>` +
    `${capabilities && `<tds:Capabilities>${capabilities}</tds:Capabilities>`}` +
    '<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>';

  return {
    GetSystemDateAndTime: () => {
      const utc = new Date(deviceTime(device));
      const part = (name: string, date: Date) =>
        `<tt:${name}><tt:Time><tt:Hour>${date.getUTCHours()}</tt:Hour><tt:Minute>${date.getUTCMinutes()}</tt:Minute>` +
        `<tt:Second>${date.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${date.getUTCFullYear()}</tt:Year>` +
        `<tt:Month>${date.getUTCMonth() + 1}</tt:Month><tt:Day>${date.getUTCDate()}</tt:Day></tt:Date></tt:${name}>`;
      return (
        '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>' +
        '<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>' +
        part('UTCDateTime', utc) +
        part('LocalDateTime', new Date(utc.getTime() + 8 * 3_600_000)) +
        '</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>'
      );
    },
    GetDeviceInformation: () =>
      `<tds:GetDeviceInformationResponse><tds:Manufacturer>${manufacturer}</tds:Manufacturer><tds:Model>${escapeXml(model)}</tds:Model>` +
      '<tds:FirmwareVersion>1.0.0</tds:FirmwareVersion><tds:SerialNumber>0</tds:SerialNumber><tds:HardwareId>sim</tds:HardwareId>' +
      '</tds:GetDeviceInformationResponse>',
    GetServices: () => {
      if (!options.services) throw new SoapFault('ter:ActionNotSupported', 'Optional Action Not Implemented');
      return (
        '<tds:GetServicesResponse>' +
        service(NAMESPACES.tds, PATHS.device) +
        (hasMedia1 ? service(NAMESPACES.trt, PATHS.media) : '') +
        (hasMedia2
          ? service(
              NAMESPACES.tr2,
              PATHS.media2,
              `<tr2:Capabilities SnapshotUri="false" Mask="${device.maskOptions !== undefined}"/>`,
            )
          : '') +
        service(NAMESPACES.tev, PATHS.events) +
        '</tds:GetServicesResponse>'
      );
    },
    GetCapabilities: () =>
      '<tds:GetCapabilitiesResponse><tds:Capabilities>' +
      `<tt:Device><tt:XAddr>${device.origin}${PATHS.device}</tt:XAddr></tt:Device>` +
      `<tt:Events><tt:XAddr>${device.origin}${PATHS.events}</tt:XAddr><tt:WSPullPointSupport>true</tt:WSPullPointSupport></tt:Events>` +
      (hasMedia1 ? `<tt:Media><tt:XAddr>${device.origin}${PATHS.media}</tt:XAddr></tt:Media>` : '') +
      '</tds:Capabilities></tds:GetCapabilitiesResponse>',
  };
}
