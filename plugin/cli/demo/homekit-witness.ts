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
  const heard = happeningsOf(phone);
  phone.onEvent(({ key, value }) => {
    const happening = heard.get(key)?.(value);
    if (happening) saw(happening);
  });
  await phone.subscribe(...heard.keys());
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

type Meaning = (value: unknown) => Happening | undefined;

/** What the values of each characteristic say, by its key. */
function happeningsOf(phone: HomeKitController): Map<string, Meaning> {
  const { doorbell, motionSensor, button, occupancySensor } = SERVICE;
  const { switchEvent, motionDetected, occupancyDetected } = CHARACTERISTIC;
  const both = createPair();
  return new Map<string, Meaning>([
    [keyOf(phone, doorbell, switchEvent), () => 'ring'],
    [keyOf(phone, motionSensor, motionDetected), (value) => (value ? 'motion start' : 'motion end')],
    [keyOf(phone, motionSensor, motionDetected, 'Person'), (value) => (value ? 'person' : undefined)],
    // Single press for one that came, double press for one that went.
    [keyOf(phone, button, switchEvent, 'Packages'), (value) => both('button', value === 0)],
    [keyOf(phone, occupancySensor, occupancyDetected, 'Packages'), (value) => both('sensor', value === 1)],
  ]);
}

/** HomeKit has seen a package come or go when its sensor and its button say so. */
function createPair(): (part: 'button' | 'sensor', came: boolean) => Happening | undefined {
  const said: Partial<Record<'button' | 'sensor', boolean>> = {};
  return (part, came) => {
    said[part] = came;
    if (said.button !== said.sensor) return undefined;
    return came ? 'delivered' : 'removed';
  };
}

/** Of the first service of this type, or of the one whose name ends so. */
function keyOf(phone: HomeKitController, service: string, characteristic: string, label?: string): string {
  for (const { characteristics } of phone.find(service)) {
    const name = String(characteristics.find(({ type }) => type === CHARACTERISTIC.name)?.value ?? '');
    const found = characteristics.find(({ type }) => type === characteristic);
    if (found && (label === undefined || name.endsWith(` ${label}`))) return found.key;
  }
  throw new Error(`The doorbell has no service ${label ?? service} in HomeKit.`);
}
