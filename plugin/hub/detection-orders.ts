/** What the household may ask of detection, put together from zones, decisions, thresholds and presence. */
import type { DetectionOrders } from '../detection/orders.ts';
import { ProblemError } from '../system/problem.ts';

const notYet = (): never => {
  throw new ProblemError({ code: 'no-detection', what: 'Detection is not there.', cure: 'Update Doorstep.' });
};

/** Knows nothing. */
export const NO_DETECTION: DetectionOrders = {
  zones: notYet,
  setZones: notYet,
  decisions: () => [],
  decisionPicture: () => undefined,
  answer: notYet,
  tuning: notYet,
  resetTuning: notYet,
  sight: async () => undefined,
  household: () => ({ home: 'unknown', since: 0 }),
  setHome: notYet,
  onHome: () => () => {},
};
