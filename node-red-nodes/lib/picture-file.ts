/** Pictures as files in a folder of the owner's. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `front-door-20261122-140312-417.jpg`, in local time: sorts by camera and time, and no two pictures of a camera have the same. */
export function pictureName(camera: string, at: number): string {
  const plain = camera.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 64) || 'camera';
  const time = new Date(at);
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()];
  const two = (numbers: number[]) => numbers.map((number) => String(number).padStart(2, '0')).join('');
  return `${plain}-${two(day)}-${two(clock)}-${String(time.getMilliseconds()).padStart(3, '0')}.jpg`;
}

/** Writes it so that nobody ever sees half of it; resolves with its path. Makes the folder. */
export async function writePicture(folder: string, name: string, jpeg: Buffer): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const part = join(folder, `.${name}.${randomUUID()}.part`);
  try {
    await writeFile(part, jpeg);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return path;
}
