import type { HomeKitStatus } from '../../../protocol/status.ts';
import { CHARACTERISTIC, HomeKitController, SERVICE } from '../../../simulator/homekit/controller.ts';
import { ProblemError } from '../../system/problem.ts';
import type { Happening } from './visit-report.ts';

export interface HomeKitWitness extends AsyncDisposable {
  /** One picture, and how long it took in ms. */
  snapshot(): Promise<{ bytes: number; ms: number }>;
}

/** Pairs as a phone would, and tells what HomeKit hears of the doorbell. Disposing it unpairs. */
export async function witnessHomeKit(
  { username, port, setupCode }: HomeKitStatus,
  saw: (happening: Happening) => void,
): Promise<HomeKitWitness> {
  if (!username || !port || !setupCode)
    throw new ProblemError({
      code: 'homekit-not-published',
      what: 'The doorbell is not in HomeKit.',
      cure: 'The lines of Homebridge above say why.',
    });
  const phone = await HomeKitController.pair({ username, port, setupCode });
  const motion = phone.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected).key;
  const press = phone.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
  phone.onEvent(({ key, value }) => {
    if (key === press) saw('ring');
    else if (key === motion) saw(value ? 'motion start' : 'motion end');
  });
  await phone.subscribe(motion, press);
  return {
    async snapshot() {
      const { jpeg, ms } = await phone.snapshot(640, 360);
      return { bytes: jpeg.length, ms };
    },
    async [Symbol.asyncDispose]() {
      await phone.unpair();
      await phone[Symbol.asyncDispose]();
    },
  };
}
