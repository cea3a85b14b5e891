export const LIGHTS = ['day', 'evening', 'infrared'] as const;
/** What light the porch is seen by: the sky, its lamp under an evening sky, or the camera's own infrared lamp at night. */
export type Light = (typeof LIGHTS)[number];

/** How much of red, green and blue is left under the evening sky, with the porch lamp on. */
const EVENING = [0.6, 0.55, 0.6] as const;
/** How bright red, green and blue things look by infrared: dyes and leaves are paler there than by day. */
const INFRARED = [0.42, 0.34, 0.24] as const;

/** A colour (`#rrggbb`, with opacity 0 to 1) as it looks in this light; `tone` below 1 is in its shade, above 1 nearer to the light. */
export function lit(hex: string, light: Light, opacity = 1, tone = 1): string {
  const [red, green, blue] = [1, 3, 5].map((from) => Number.parseInt(hex.slice(from, from + 2), 16) * tone);
  const parts = inLight(red ?? 0, green ?? 0, blue ?? 0, light).map((part) =>
    Math.min(255, Math.round(part)),
  );
  return `rgba(${parts.join(', ')}, ${opacity})`;
}

function inLight(red: number, green: number, blue: number, light: Light): number[] {
  if (light === 'day') return [red, green, blue];
  if (light === 'evening') return [red * EVENING[0], green * EVENING[1], blue * EVENING[2]];
  const gray = 22 + 0.72 * (red * INFRARED[0] + green * INFRARED[1] + blue * INFRARED[2]);
  return [gray, gray, gray];
}
