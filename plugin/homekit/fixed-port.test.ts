import { describe, expect, it } from 'vitest';
import { fixPort } from './fixed-port.ts';

const info: { username: string; pincode: string; category: number; port?: number } = {
  username: '0E:11:22:33:44:55',
  pincode: '031-45-154',
  category: 18,
};

function accessory() {
  const published: (typeof info)[] = [];
  return {
    published,
    publish(given: typeof info) {
      published.push(given);
      return Promise.resolve();
    },
  };
}

describe('fixPort', () => {
  it.each([
    [0, undefined],
    [51_900, 51_900],
  ])('with %d, publishes on %s', async (port, expected) => {
    const hap = accessory();
    fixPort(hap as unknown as Parameters<typeof fixPort>[0], port);
    await hap.publish(info);
    expect(hap.published).toEqual([expected === undefined ? info : { ...info, port: expected }]);
  });
});
