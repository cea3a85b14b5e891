import type { API } from 'homebridge';
import { DoorstepPlatform, PLATFORM_NAME } from './platform.ts';

export default function register(api: API): void {
  api.registerPlatform(PLATFORM_NAME, DoorstepPlatform);
}
