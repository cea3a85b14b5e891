/** Orders and exports that do nothing: for tests of something else. */
import type { StorageOrders } from '../../plugin/recordings/contract.ts';
import type { FootageExports } from '../../plugin/recordings/export/contract.ts';

const none = () => Promise.reject(new Error('this hub has no storage'));

export const noOrders: StorageOrders = { pin: none, setUpTarget: none, allowRemoval: none };

export const noExports: FootageExports = {
  range: none,
  day: none,
  start() {
    throw new Error('this hub has no storage');
  },
  list: () => [],
  get: () => undefined,
  open: async () => undefined,
  remove: async () => {},
  async [Symbol.asyncDispose]() {},
};
