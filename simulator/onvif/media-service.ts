/** Media service (ONVIF Media Service Specification; ver10/media/wsdl/media.wsdl), as far as a doorbell is asked. */
import { escapeXml, findNumber, findText, type XmlElement } from '../../plugin/system/xml.ts';
import type { SimulatedDevice, SimulatedStream } from './device.ts';
import { SoapFault } from './soap.ts';

export const VIDEO_SOURCE = 'vs_0';
export const VIDEO_SOURCE_CONFIGURATION = 'vsc_0';
const OUTPUT_CONFIGURATION = 'aoc_0';

type Handler = (request: XmlElement) => string;

export function mediaService(device: SimulatedDevice): Readonly<Record<string, Handler>> {
  return {
    GetProfiles: () =>
      `<trt:GetProfilesResponse>${device.streams.map(profile).join('')}</trt:GetProfilesResponse>`,
    GetVideoSources: () => {
      const [main] = device.streams;
      return (
        `<trt:GetVideoSourcesResponse><trt:VideoSources token="${VIDEO_SOURCE}"><tt:Framerate>${main?.fps ?? 0}</tt:Framerate>` +
        `<tt:Resolution><tt:Width>${main?.width ?? 0}</tt:Width><tt:Height>${main?.height ?? 0}</tt:Height></tt:Resolution>` +
        '</trt:VideoSources></trt:GetVideoSourcesResponse>'
      );
    },
    GetStreamUri: (request) =>
      `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${escapeXml(streamOf(device, request).url)}</tt:Uri>` +
      '<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>' +
      '<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>',
    ...audioOutput('trt', device),
  };
}

/** The same in both media services but for the namespace of the messages. */
export function audioOutput(
  prefix: 'trt' | 'tr2',
  device: SimulatedDevice,
): Readonly<Record<string, Handler>> {
  const reply = (name: string, inner: string) => `<${prefix}:${name}>${inner}</${prefix}:${name}>`;
  return {
    GetAudioOutputConfigurations: () =>
      reply(
        'GetAudioOutputConfigurationsResponse',
        device.output
          ? `<${prefix}:Configurations token="${OUTPUT_CONFIGURATION}"><tt:Name>Speaker</tt:Name><tt:UseCount>1</tt:UseCount>` +
              '<tt:OutputToken>ao_0</tt:OutputToken><tt:SendPrimacy>www.onvif.org/ver20/HalfDuplex/Server</tt:SendPrimacy>' +
              `<tt:OutputLevel>${device.output.level}</tt:OutputLevel></${prefix}:Configurations>`
          : '',
      ),
    GetAudioOutputConfigurationOptions: () => {
      if (!device.output) throw new SoapFault('ter:NoConfig', 'There is no audio output.');
      return reply(
        'GetAudioOutputConfigurationOptionsResponse',
        `<${prefix}:Options><tt:OutputTokensAvailable>ao_0</tt:OutputTokensAvailable><tt:OutputLevelRange>` +
          `<tt:Min>${device.output.min}</tt:Min><tt:Max>${device.output.max}</tt:Max></tt:OutputLevelRange></${prefix}:Options>`,
      );
    },
    SetAudioOutputConfiguration: (request) => {
      const configuration = request.children.find(({ name }) => name === 'Configuration');
      const level = findNumber(configuration, 'OutputLevel');
      if (!device.output || configuration?.attributes.get('token') !== OUTPUT_CONFIGURATION)
        throw new SoapFault('ter:NoConfig', 'There is no such configuration.');
      if (level === undefined || level < device.output.min || level > device.output.max)
        throw new SoapFault('ter:ConfigModify', 'The level is out of range.');
      if (findText(configuration, 'OutputToken') !== 'ao_0')
        throw new SoapFault('ter:ConfigModify', 'There is no such output.');
      device.output.level = level;
      return reply('SetAudioOutputConfigurationResponse', '');
    },
  };
}

export function streamOf(device: SimulatedDevice, request: XmlElement): SimulatedStream {
  const token = findText(request, 'ProfileToken');
  const stream = device.streams.find((one) => one.token === token);
  if (!stream) throw new SoapFault('ter:NoProfile', 'There is no such profile.');
  return stream;
}

function profile({ token, codec, width, height, fps, gopLength, audio }: SimulatedStream): string {
  // Media knows no H.265: cameras leave such profiles out of it, or call them H.264.
  if (codec === 'H265') return '';
  return (
    `<trt:Profiles token="${escapeXml(token)}" fixed="true"><tt:Name>${escapeXml(token)}</tt:Name>` +
    `<tt:VideoSourceConfiguration token="${VIDEO_SOURCE_CONFIGURATION}"><tt:Name>vsc</tt:Name><tt:UseCount>1</tt:UseCount>` +
    `<tt:SourceToken>${VIDEO_SOURCE}</tt:SourceToken><tt:Bounds x="0" y="0" width="${width}" height="${height}"/></tt:VideoSourceConfiguration>` +
    `<tt:VideoEncoderConfiguration token="vec_${escapeXml(token)}"><tt:Name>vec</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${codec}</tt:Encoding>` +
    `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution><tt:Quality>4</tt:Quality>` +
    `<tt:RateControl><tt:FrameRateLimit>${fps}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>` +
    (codec === 'H264'
      ? `<tt:H264><tt:GovLength>${gopLength}</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264>`
      : '') +
    '<tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration>' +
    (audio === undefined
      ? ''
      : `<tt:AudioEncoderConfiguration token="aec_0"><tt:Name>aec</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${audio}</tt:Encoding>` +
        '<tt:Bitrate>64</tt:Bitrate><tt:SampleRate>8</tt:SampleRate></tt:AudioEncoderConfiguration>') +
    '</trt:Profiles>'
  );
}
