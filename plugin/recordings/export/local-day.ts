/** First moment of a day of the household (`2026-11-22`) and of the next, epoch ms; undefined when there is no such day. */
export function localDay(day: string): { from: number; to: number } | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  const begin = new Date(Number(year), Number(month) - 1, Number(date));
  if (begin.getMonth() !== Number(month) - 1 || begin.getDate() !== Number(date)) return undefined;
  // Days on which the clocks change are not 24 hours long.
  const end = new Date(Number(year), Number(month) - 1, Number(date) + 1);
  return { from: begin.getTime(), to: end.getTime() };
}

/** `2026-11-22 07.23.41`, in the household's time: what a file's name may hold on every system. */
export function timeInName(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('.')}`;
}
