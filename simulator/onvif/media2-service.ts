/** Media2 service (ONVIF Media2 Service Specification; ver20/media/wsdl/media.wsdl), with masks that are really kept. */
import {
  escapeXml,
  findElement,
  findElements,
  findText,
  toNumber,
  type XmlElement,
} from '../../plugin/system/xml.ts';
import type { MaskOptions, SimulatedDevice, SimulatedStream, StoredMask } from './device.ts';
import { audioOutput, streamOf, VIDEO_SOURCE, VIDEO_SOURCE_CONFIGURATION } from './media-service.ts';
import { SoapFault } from './soap.ts';

type Handler = (request: XmlElement) => string;

export function media2Service(device: SimulatedDevice): Readonly<Record<string, Handler>> {
  return {
    GetProfiles: () =>
      `<tr2:GetProfilesResponse>${device.streams.map(profile).join('')}</tr2:GetProfilesResponse>`,
    GetStreamUri: (request) =>
      `<tr2:GetStreamUriResponse><tr2:Uri>${escapeXml(streamOf(device, request).url)}</tr2:Uri></tr2:GetStreamUriResponse>`,
    GetVideoSourceConfigurations: () =>
      `<tr2:GetVideoSourceConfigurationsResponse><tr2:Configurations token="${VIDEO_SOURCE_CONFIGURATION}"><tt:Name>vsc</tt:Name>` +
      `<tt:UseCount>1</tt:UseCount><tt:SourceToken>${VIDEO_SOURCE}</tt:SourceToken></tr2:Configurations></tr2:GetVideoSourceConfigurationsResponse>`,
    ...audioOutput('tr2', device),
    ...(device.maskOptions && maskOperations(device, device.maskOptions)),
  };
}

/** Section 5.12. */
function maskOperations(
  { masks }: SimulatedDevice,
  { maxMasks, maxPoints, rectangleOnly }: MaskOptions,
): Readonly<Record<string, Handler>> {
  let made = 0;
  const read = (request: XmlElement, token: string): StoredMask => {
    const mask = findElement(request, 'Mask');
    const points = findElements(findElement(mask, 'Polygon'), 'Point').map(
      ({ attributes }) => [toNumber(attributes.get('x')) ?? 0, toNumber(attributes.get('y')) ?? 0] as const,
    );
    const configuration = findText(mask, 'ConfigurationToken') ?? '';
    if (configuration !== VIDEO_SOURCE_CONFIGURATION)
      throw new SoapFault('ter:NoConfig', 'There is no such video source configuration.');
    if (
      points.length < 3 ||
      points.length > maxPoints ||
      points.some((point) => point.some((n) => Math.abs(n) > 1))
    )
      throw new SoapFault('ter:InvalidPolygon', 'The polygon cannot be used.');
    const enabled = findText(mask, 'Enabled') === 'true';
    return { token, configuration, points, type: findText(mask, 'Type') ?? '', enabled };
  };
  const existing = (token: string | undefined): string => {
    if (token === undefined || !masks.has(token))
      throw new SoapFault('ter:NoConfig', 'There is no such mask.');
    return token;
  };
  return {
    GetMasks: () =>
      `<tr2:GetMasksResponse>${[...masks.values()].map(maskXml).join('')}</tr2:GetMasksResponse>`,
    GetMaskOptions: () =>
      `<tr2:GetMaskOptionsResponse><tr2:Options RectangleOnly="${rectangleOnly}" SingleColorOnly="true">` +
      `<tr2:MaxMasks>${maxMasks}</tr2:MaxMasks><tr2:MaxPoints>${maxPoints}</tr2:MaxPoints><tr2:Types>Color</tr2:Types><tr2:Types>Blurred</tr2:Types>` +
      '<tr2:Color><tt:ColorList X="0" Y="0" Z="0" Colorspace="http://www.onvif.org/ver10/colorspace/RGB"/></tr2:Color>' +
      '</tr2:Options></tr2:GetMaskOptionsResponse>',
    CreateMask: (request) => {
      if (masks.size >= maxMasks) throw new SoapFault('ter:MaxMasks', 'There are as many masks as can be.');
      made += 1;
      const token = `mask_${made}`;
      masks.set(token, read(request, token));
      return `<tr2:CreateMaskResponse><tr2:Token>${token}</tr2:Token></tr2:CreateMaskResponse>`;
    },
    SetMask: (request) => {
      const token = existing(findElement(request, 'Mask')?.attributes.get('token'));
      masks.set(token, read(request, token));
      return '<tr2:SetMaskResponse/>';
    },
    DeleteMask: (request) => {
      masks.delete(existing(findText(request, 'Token')));
      return '<tr2:DeleteMaskResponse/>';
    },
  };
}

function maskXml({ token, configuration, points, type, enabled }: StoredMask): string {
  const corners = points.map(([x, y]) => `<tt:Point x="${x}" y="${y}"/>`);
  return (
    `<tr2:Masks token="${token}"><tr2:ConfigurationToken>${configuration}</tr2:ConfigurationToken>` +
    `<tr2:Polygon>${corners.join('')}</tr2:Polygon><tr2:Type>${escapeXml(type)}</tr2:Type><tr2:Enabled>${enabled}</tr2:Enabled></tr2:Masks>`
  );
}

function profile({ token, codec, width, height, fps, gopLength, audio }: SimulatedStream): string {
  return (
    `<tr2:Profiles token="${escapeXml(token)}" fixed="true"><tr2:Name>${escapeXml(token)}</tr2:Name><tr2:Configurations>` +
    `<tr2:VideoSource token="${VIDEO_SOURCE_CONFIGURATION}"><tt:Name>vsc</tt:Name><tt:UseCount>1</tt:UseCount><tt:SourceToken>${VIDEO_SOURCE}</tt:SourceToken>` +
    `<tt:Bounds x="0" y="0" width="${width}" height="${height}"/></tr2:VideoSource>` +
    `<tr2:VideoEncoder token="vec_${escapeXml(token)}" GovLength="${gopLength}" Profile="Main"><tt:Name>vec</tt:Name><tt:UseCount>1</tt:UseCount>` +
    `<tt:Encoding>${codec}</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>` +
    `<tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>${fps}</tt:FrameRateLimit><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>` +
    '<tt:Quality>4</tt:Quality></tr2:VideoEncoder>' +
    (audio === undefined
      ? ''
      : `<tr2:AudioEncoder token="aec_0"><tt:Name>aec</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${audio}</tt:Encoding>` +
        '<tt:Bitrate>64</tt:Bitrate><tt:SampleRate>8</tt:SampleRate></tr2:AudioEncoder>') +
    '</tr2:Configurations></tr2:Profiles>'
  );
}
