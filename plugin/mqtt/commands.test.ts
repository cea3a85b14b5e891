import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CAMERA_ACTIONS } from '../../protocol/api.ts';
import { COMMANDS, commandOf } from './commands.ts';

it.each([
  ['armed', 'ON', { action: 'arm' }],
  ['armed', 'off', { action: 'disarm' }],
  ['privacy', 'ON', { action: 'privacy-on' }],
  ['privacy', ' OFF\n', { action: 'privacy-off' }],
  ['packages-collected', '', { action: 'packages-collected' }],
  ['packages-collected', 'PRESS', { action: 'packages-collected' }],
  ['removal-explained', '', { action: 'removal-explained' }],
  ['door-opened', '', { action: 'door-opened' }],
  ['snooze', '', { action: 'snooze' }],
  ['snooze', 'PRESS', { action: 'snooze' }],
  ['snooze', '15', { action: 'snooze', minutes: 15 }],
  ['snooze', '0', undefined],
  ['snooze', '99999', undefined],
  ['snooze', 'long', undefined],
  ['armed', '', undefined],
  ['armed', 'toggle', undefined],
  ['armed', 'constructor', undefined],
  ['constructor', 'ON', undefined],
  ['siren', 'ON', undefined],
  ['share', 'ON', undefined],
  ['', '', undefined],
])('%s %j', (name, payload, expected) => {
  expect(commandOf(name, payload)).toEqual(expected);
});

it('the list is what it is: nothing on it shares, approves, or lets anybody look', () => {
  expect(COMMANDS.toSorted()).toEqual([
    ...['armed', 'door-opened', 'packages-collected', 'privacy', 'removal-explained', 'snooze'],
  ]);
  const allowed = [
    'arm',
    'disarm',
    'door-opened',
    'packages-collected',
    'privacy-off',
    'privacy-on',
    'removal-explained',
    'snooze',
  ];
  const words = [
    ...CAMERA_ACTIONS,
    ...COMMANDS,
    'share',
    'shares',
    'approve',
    'propose',
    'live',
    'clip',
    'snapshot',
    'record',
  ];
  for (const name of words)
    for (const payload of ['', 'ON', 'OFF', '1', '{"share":true}'])
      expect([...allowed, undefined]).toContain(commandOf(name, payload)?.action);
});

it('never throws, and never does anything else, whatever is sent', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, payload) => {
      expect(COMMANDS.includes(name) || commandOf(name, payload) === undefined).toBe(true);
    }),
  );
});
