import type { SKRSContext2D } from '@napi-rs/canvas';

/** Name and local time at the bottom left, white on a soft shadow, as cameras write them. */
export function drawClock(on: SKRSContext2D, name: string, at: Date): void {
  on.save();
  on.font = '600 24px "DejaVu Sans", sans-serif';
  on.textBaseline = 'middle';
  on.shadowColor = 'rgba(0, 0, 0, 0.75)';
  on.shadowBlur = 4;
  on.fillStyle = 'rgba(255, 255, 255, 0.95)';
  on.fillText(`${clockText(at)}   ${name}`, 28, 686, 590);
  on.restore();
}

/** `2026-11-22 07:23:41`, local time. */
export function clockText(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
