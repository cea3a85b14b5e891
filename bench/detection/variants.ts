/**
 * Hard cases made of a clip: what weather, light, insects and bad mounts do to a picture, as ffmpeg filters, and what is then true.
 * Pure: facts of a clip in, arguments and truth out.
 */
import type { Polygon } from '../../plugin/camera/masks.ts';
import type { ClipFacts } from './clip-pictures.ts';
import type { Act, ClipTruth } from './truth.ts';

export interface Variant {
  name: string;
  /** A filter graph from `[0:v:0]` to `[out]`. */
  graph(scene: Scene): string;
  /** What is true of it, where it is not what was true of the clip. */
  truth?(truth: ClipTruth, duration: number): ClipTruth;
}

/** A clip as the variants have it: at most 640 wide, 10 pictures a second. */
interface Scene {
  width: number;
  height: number;
  duration: number;
  /** Makes it of `[0:v:0]`, without a label at its end. */
  base: string;
}

const RATE = 10;
const MOST_WIDTH = 640;

/** Arguments for ffmpeg that write the variant to `output`. */
export function variantArgs(variant: Variant, facts: ClipFacts, input: string, output: string): string[] {
  const width = even(Math.min(MOST_WIDTH, facts.width));
  const height = even((facts.height * width) / facts.width);
  const base = `[0:v:0]fps=${RATE},scale=${width}:${height},format=yuv420p`;
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', '-i', input],
    ...['-filter_complex', variant.graph({ width, height, duration: facts.duration, base })],
    ...['-map', '[out]', '-an', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '24', '-f', 'mp4', output],
  ];
}

export function variantTruth(variant: Variant, truth: ClipTruth, duration: number): ClipTruth {
  return variant.truth?.(truth, duration) ?? truth;
}

const even = (side: number) => 2 * Math.round(side / 2);

const plain = (filters: (scene: Scene) => string) => (scene: Scene) =>
  `${scene.base},${filters(scene)},format=yuv420p[out]`;

/** Draws something over the picture, by the overlay filter's own words for where and when. */
const overlaid = (source: (scene: Scene) => string, where: (scene: Scene) => string) => (scene: Scene) =>
  `${source(scene)}[over];${scene.base}[base];[base][over]overlay=${where(scene)}:shortest=1,format=yuv420p[out]`;

/** A soft light, `size` pixels wide and high, as an endless picture. */
const glow = (size: number, strength: number) => {
  const half = size / 2;
  const alpha = `${strength}*255*exp(-(pow(X-${half},2)+pow(Y-${half},2))/${Math.round(size * size * 0.045)})`;
  return `color=white:s=${size}x${size}:r=${RATE},format=rgba,geq=r=255:g=255:b=240:a='${alpha}',trim=end_frame=1,loop=-1:1:0,setpts=N/${RATE}/TB`;
};

const part = (share: number, { duration }: Scene) => (share * duration).toFixed(2);
const during = (from: string, seconds: number) => `between(t,${from},${from}+${seconds})`;

/** What an infrared lamp and its sensor do: no colour, another light of cloth and leaves, a bright middle, grain. */
const infrared = (enable: string) =>
  [
    `colorchannelmixer=.62:.33:.05:0:.62:.33:.05:0:.62:.33:.05:enable='${enable}'`,
    `eq=contrast=0.72:brightness=0.10:enable='${enable}'`,
    `vignette=PI/4.5:enable='${enable}'`,
    `hue=s=0:enable='${enable}'`,
    `noise=alls=9:allf=t:enable='${enable}'`,
  ].join(',');

const mirrored = (zone: readonly Polygon[]): Polygon[] =>
  zone.map((polygon) => polygon.map(([x, y]) => [1 - x, y] as const));

const OPPOSITE = { delivered: 'removed', removed: 'delivered' } as const;

export const VARIANTS: readonly Variant[] = [
  { name: 'ir', graph: plain((scene) => infrared(`gte(t,${part(0.5, scene)})`)) },
  { name: 'dawn', graph: plain((scene) => infrared(`lt(t,${part(0.35, scene)})`)) },
  {
    name: 'exposure',
    graph: plain(
      (scene) =>
        `eq=contrast=1.15:brightness=0.14:enable='${during(part(0.4, scene), 6)}',eq=contrast=0.8:brightness=-0.1:enable='gte(t,${part(0.75, scene)})'`,
    ),
  },
  {
    name: 'rain',
    graph: (scene) =>
      [
        `color=gray:s=${even(scene.width / 2)}x${even(scene.height / 2)}:r=${RATE},format=gray,noise=c0s=100:c0f=t`,
        "lutyuv=y='if(gt(val,222),255,0)',dblur=angle=82:radius=9,lutyuv=y='min(255,val*5)'",
        `scale=${scene.width}:${scene.height},format=yuv420p[rain];${scene.base},format=yuv420p[base]`,
        "[base][rain]blend=c0_mode=screen:c0_opacity=0.45:c1_expr='A':c2_expr='A':shortest=1,format=yuv420p[out]",
      ]
        .join(',')
        .replace(',[base][rain]', ';[base][rain]'),
  },
  {
    name: 'headlights',
    graph: (scene) => {
      const size = even(scene.width * 0.9);
      const sweep = (share: number) => `(t-${part(share, scene)})*${Math.round(scene.width * 0.5)}`;
      const times = [0.25, 0.65].map((share) => during(part(share, scene), 4));
      const left = `if(${times[0]},${sweep(0.25)},${sweep(0.65)})`;
      return overlaid(
        () => glow(size, 0.6),
        () =>
          `x='${left}-${size}':y='${Math.round(scene.height * 0.45 - size / 2)}':enable='${times.join('+')}'`,
      )(scene);
    },
  },
  {
    name: 'insect',
    graph: (scene) => {
      const size = even(scene.width * 0.4);
      const times = [0.2, 0.5, 0.8].map((share) => during(part(share, scene), 0.7));
      return overlaid(
        () => glow(size, 0.95),
        ({ width, height }) =>
          `x='${width}*(0.3+0.25*sin(t*9))-${size / 2}':y='${height}*(0.6+0.2*cos(t*7))-${size / 2}':enable='${times.join('+')}'`,
      )(scene);
    },
  },
  {
    name: 'web',
    graph: overlaid(
      ({ width, height }) => {
        const lines = `180*lt(abs(mod(X+0.6*Y,${even(width / 5)})-20),2.5)+140*lt(abs(mod(X-1.4*Y+4000,${even(width / 3)})-30),2)`;
        return `color=white:s=${width}x${height}:r=${RATE},format=rgba,geq=r=200:g=200:b=205:a='min(200,${lines})',gblur=sigma=1.5,trim=end_frame=1,loop=-1:1:0,setpts=N/${RATE}/TB`;
      },
      () => "x='7*sin(2*PI*t/1.7)+3*sin(2*PI*t/0.61)':y='3*sin(2*PI*t/2.3)'",
    ),
  },
  {
    name: 'low-light',
    graph: plain(() => 'eq=contrast=0.45:brightness=-0.22:saturation=0.3,noise=alls=18:allf=t'),
  },
  {
    name: 'shake',
    graph: plain(
      ({ width, height }) =>
        `crop=${width - 24}:${height - 24}:x='12+5*sin(t*17)*sin(t*1.3)+2*sin(t*41)':y='12+4*sin(t*23)*sin(t*0.9)'`,
    ),
  },
  {
    name: 'mirrored',
    graph: plain(() => 'hflip'),
    truth: (truth) => ({
      ...truth,
      zone: mirrored(truth.zone),
      acts: truth.acts?.map((act): Act => {
        const { where } = act;
        return where ? { ...act, where: { ...where, left: 1 - where.right, right: 1 - where.left } } : act;
      }),
    }),
  },
  {
    name: 'reversed',
    graph: plain(() => 'reverse'),
    truth: (truth, duration) => ({
      ...truth,
      acts: truth.acts
        ?.map((act) => ({ ...act, at: Math.max(0, duration - act.at), phase: OPPOSITE[act.phase] }))
        .reverse(),
      stays: truth.stays
        ?.map(({ from, to }) => ({ from: Math.max(0, duration - to), to: Math.max(0, duration - from) }))
        .reverse(),
    }),
  },
];
