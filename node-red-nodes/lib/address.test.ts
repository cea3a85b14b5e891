import { expect, test } from 'vitest';
import { authority, eventsUrl, readAddress } from './address.ts';

test.each([
  [{ host: 'homebridge.local', port: 8586, tls: false }, 'ws://homebridge.local:8586/api/v1/events'],
  [{ host: ' 192.168.1.9 ', port: '8586' }, 'ws://192.168.1.9:8586/api/v1/events'],
  [{ host: '::1', port: 1, tls: false }, 'ws://[::1]:1/api/v1/events'],
  [{ host: '[fd00::2]', port: 65_535, tls: true }, 'wss://[fd00::2]:65535/api/v1/events'],
])('%j is an address', (settings, url) => {
  const address = readAddress(settings);
  expect(address && eventsUrl(address)).toBe(url);
});

test.each([
  {},
  { host: '', port: 8586 },
  { host: 'http://pi', port: 8586 },
  { host: 'user@pi', port: 8586 },
  { host: 'pi/x', port: 8586 },
  { host: 'two words', port: 8586 },
  { host: 'a:b', port: 8586 },
  { host: 'pi', port: 0 },
  { host: 'pi', port: 65_536 },
  { host: 'pi', port: 80.5 },
  { host: 'pi', port: '' },
  { host: 'pi', port: 'HUB_PORT' },
])('%j is none', (settings) => {
  expect(readAddress(settings)).toBeUndefined();
});

test('the cursor goes along, escaped', () => {
  const address = { host: 'pi', port: 8586, tls: false };
  expect(eventsUrl(address, { hub: 'a&b', seq: 7 })).toBe('ws://pi:8586/api/v1/events?after=7&hub=a%26b');
  expect(authority({ ...address, host: '::1' })).toBe('[::1]:8586');
});
