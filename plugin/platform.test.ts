import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { API, Logging, PlatformConfig } from 'homebridge';
import { expect, test, vi } from 'vitest';
import { DoorstepPlatform } from './platform.ts';

test('told to stop while it starts, it ends what it began and publishes nothing', async () => {
  const storage = mkdtempSync(join(tmpdir(), 'platform-'));
  try {
    const events = new EventEmitter();
    const lines: string[] = [];
    const say = (line: string) => lines.push(line);
    const log = { debug: say, info: say, warn: say, error: say } as unknown as Logging;
    // Without `hap`: making an accessory would throw, and say so in the log.
    const api = {
      on: events.on.bind(events),
      user: { storagePath: () => storage },
    } as unknown as API;
    const config: PlatformConfig = {
      platform: 'Doorstep',
      api: { port: 0, advertise: false },
      cameras: [{ name: 'Front door', main: 'rtsp://127.0.0.1:1/main' }],
    };
    new DoorstepPlatform(log, config, api);
    events.emit('didFinishLaunching');
    events.emit('shutdown');
    await vi.waitFor(() => expect(lines.join('\n')).toContain('Web app and API'), 20_000);
    // SQLite takes its write-ahead logs away when the databases are closed: the hub's end.
    await vi.waitFor(() => {
      const names = readdirSync(join(storage, 'doorstep'));
      expect(names.filter((name) => name.endsWith('-wal'))).toEqual([]);
    }, 20_000);
    expect(lines.filter((line) => line.includes('could not start'))).toEqual([]);
    expect(existsSync(join(storage, 'doorstep', 'run.json'))).toBe(false);
  } finally {
    rmSync(storage, { recursive: true, force: true });
  }
});
