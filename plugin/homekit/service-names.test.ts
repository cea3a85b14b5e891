import { describe, expect, it } from 'vitest';
import { openServiceNames, serviceName } from './service-names.ts';

/** HAP-NodeJS 2.2, `util/checkName.js`: what it accepts without a warning. */
const ACCEPTED = /^[\p{L}\p{N}][\p{L}\p{N}\p{Zs}\u2019'&!._:;()/,-]*[\p{L}\p{N}]$/u;

describe('the name of a service', () => {
  it.each([
    ['Front door', 'Front door Privacy'],
    ['Haustür', 'Haustür Privacy'],
    ['门', '门 Privacy'],
    ['x'.repeat(63), `${'x'.repeat(56)} Privacy`],
    // Three bytes each.
    ['门'.repeat(21), `${'门'.repeat(18)} Privacy`],
    [`${'x'.repeat(55)} y and more`, `${'x'.repeat(55)} Privacy`],
  ])('of %s', (camera, name) => {
    expect(serviceName(camera, 'Privacy')).toBe(name);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(64);
    expect(name).toMatch(ACCEPTED);
  });
});

describe('names that the owner gave', () => {
  function start(text?: string) {
    const file = {
      text,
      full: false,
      read: () => file.text,
      write(next: string) {
        if (file.full) throw new Error('ENOSPC');
        file.text = next;
      },
    };
    const warnings: string[] = [];
    const log = { debug() {}, info() {}, warn: (line: string) => void warnings.push(line), error() {} };
    return { file, warnings, open: () => openServiceNames(file, log) };
  }

  it('are there after a restart, for each camera its own', () => {
    const { open } = start();
    const first = open();
    first('door').set('privacy', 'Look away');
    first('garden').set('privacy', 'Blind');
    first('door').set('offline', 'Gone');
    const second = open();
    expect(second('door').get('privacy')).toBe('Look away');
    expect(second('door').get('offline')).toBe('Gone');
    expect(second('garden').get('privacy')).toBe('Blind');
    expect(second('yard').get('privacy')).toBeUndefined();
    expect(second('constructor').get('name')).toBeUndefined();
  });

  it.each(['not JSON', '[1]', 'null', '{"door":7}', '{"door":{"privacy":7}}', '{"__proto__":{"x":"y"}}'])(
    'are forgotten where the file says %s',
    (text) => {
      const names = start(text).open();
      expect(names('door').get('privacy')).toBeUndefined();
      names('door').set('privacy', 'Look away');
      expect(names('door').get('privacy')).toBe('Look away');
    },
  );

  it('hold for this run on a full disk', () => {
    const { file, open, warnings } = start();
    const names = open();
    file.full = true;
    names('door').set('privacy', 'Look away');
    expect(names('door').get('privacy')).toBe('Look away');
    expect(warnings).toHaveLength(1);
  });
});
