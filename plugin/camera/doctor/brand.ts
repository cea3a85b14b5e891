/** Tells whose camera it is, so that advice can name the right menu. */

export const BRANDS = [
  'reolink',
  'hikvision',
  'dahua',
  'amcrest',
  'axis',
  'tapo',
  'unifi',
  'ezviz',
  'wyze-bridge',
  'go2rtc',
] as const;
export type Brand = (typeof BRANDS)[number];

export const BRAND_NAMES: Record<Brand, string> = {
  reolink: 'Reolink',
  hikvision: 'Hikvision',
  dahua: 'Dahua',
  amcrest: 'Amcrest',
  axis: 'Axis',
  tapo: 'Tapo',
  unifi: 'UniFi Protect',
  ezviz: 'EZVIZ',
  'wyze-bridge': 'Wyze Bridge',
  go2rtc: 'go2rtc',
};

export interface BrandHints {
  /** As ONVIF names them. */
  manufacturer?: string | undefined;
  model?: string | undefined;
  /** RTSP URL of the main stream; user name and password are not looked at. */
  url?: string | undefined;
  onvifPort?: number | undefined;
  /** `Server` header of its RTSP port. */
  server?: string | undefined;
}

/** What manufacturers call themselves, most telling first: EZVIZ cameras are made by Hikvision, Amcrest's by Dahua. */
const MAKERS: readonly (readonly [RegExp, Brand])[] = [
  [/reolink/i, 'reolink'],
  [/ezviz/i, 'ezviz'],
  [/amcrest/i, 'amcrest'],
  [/hik ?vision|^hik$/i, 'hikvision'],
  [/dahua|lorex/i, 'dahua'],
  [/^axis\b/i, 'axis'],
  [/tp-?link|tapo|vigi/i, 'tapo'],
  [/ubiquiti|unifi/i, 'unifi'],
];

/** Paths (with query) of RTSP URLs that only one family uses. */
const PATHS: readonly (readonly [RegExp, Brand])[] = [
  [/^\/(h26[45])?preview_\d+_(main|sub|ext)/i, 'reolink'],
  [/^\/(isapi\/)?streaming\/(channels|tracks)\/\d+/i, 'hikvision'],
  [/^\/h26[45]\/ch\d+\/(main|sub)\/av_stream/i, 'hikvision'],
  [/^\/cam\/realmonitor\b/i, 'dahua'],
  [/^\/axis-media\/media\.(amp|3gp)/i, 'axis'],
];

/**
 * The maker by what the camera says of itself, else by the address of its stream; undefined where neither tells. A relay in between is
 * the maker then: its settings are the ones that count.
 */
export function brandOf({ manufacturer, model, url, onvifPort, server }: BrandHints): Brand | undefined {
  const address = urlOf(url);
  const relay = address && relayOf(address, server ?? '');
  if (relay) return relay;
  for (const name of [manufacturer, model]) {
    const maker = name && MAKERS.find(([pattern]) => pattern.test(name.trim()));
    if (maker) return maker[1];
  }
  if (!address) return undefined;
  const path = address.pathname + address.search;
  const known = PATHS.find(([pattern]) => pattern.test(path));
  if (known) return known[1];
  const port = Number(address.port || 554);
  if ((port === 7447 || port === 7441) && /^\/\w{12,}/.test(path)) return 'unifi';
  // Many call their streams so; with this ONVIF port it is a Tapo.
  if (/^\/stream[12]$/.test(path) && port === 554 && onvifPort === 2020) return 'tapo';
  return undefined;
}

function relayOf({ hostname }: URL, server: string): Brand | undefined {
  if (/wyze-?bridge/i.test(hostname)) return 'wyze-bridge';
  if (/go2rtc/i.test(hostname) || /go2rtc/i.test(server)) return 'go2rtc';
  return undefined;
}

function urlOf(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}
