export type Light = 'day' | 'evening';

/** How much of red, green and blue is left under the evening sky, with the porch lamp on. */
const EVENING = [0.6, 0.55, 0.6] as const;

/** A colour (`#rrggbb`, with opacity 0 to 1) as it looks in this light. */
export function lit(hex: string, light: Light, opacity = 1): string {
  const parts = [1, 3, 5].map((from, index) => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16);
    return Math.round(light === 'day' ? value : value * (EVENING[index] as number));
  });
  return `rgba(${parts.join(', ')}, ${opacity})`;
}
