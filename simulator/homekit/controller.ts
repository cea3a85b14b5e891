/** A HomeKit controller, as a phone is one: pairs by setup code and talks to an accessory over the network. */
import { HttpClient, type PairingData } from 'hap-controller';
import { sharedSecretOf, writeTimed } from './hap-session.ts';
import { LiveView, type LiveWish } from './live-view.ts';

/** Short types of Apple's services and characteristics (HAP specification, chapters 8 and 9). */
export const SERVICE = {
  information: '3E',
  doorbell: '121',
  motionSensor: '85',
  button: '89',
  occupancySensor: '86',
  streamManagement: '110',
  microphone: '112',
  recordingManagement: '204',
  operatingMode: '21A',
  dataStream: '129',
} as const;

export const CHARACTERISTIC = {
  name: '23',
  manufacturer: '20',
  model: '21',
  serialNumber: '30',
  firmwareRevision: '52',
  motionDetected: '22',
  occupancyDetected: '71',
  statusActive: '75',
  switchEvent: '73',
  setupEndpoints: '118',
  selectedStream: '117',
  streamingStatus: '120',
  active: 'B0',
  supportedRecording: '205',
  supportedVideoRecording: '206',
  supportedAudioRecording: '207',
  selectedRecording: '209',
  recordingAudioActive: '226',
  homeKitCameraActive: '21B',
  eventSnapshotsActive: '223',
  periodicSnapshotsActive: '225',
  setupDataStream: '131',
} as const;

export interface HomeKitTarget {
  /** Device id, `AA:BB:CC:DD:EE:FF`. */
  username: string;
  port: number;
  /** `031-45-154` */
  setupCode: string;
  host?: string;
}

export interface Characteristic {
  /** `aid.iid` */
  key: string;
  type: string;
  value: unknown;
  perms: readonly string[];
  validValues?: readonly number[];
}

export interface HapService {
  aid: number;
  iid: number;
  type: string;
  primary: boolean;
  characteristics: Characteristic[];
}

export interface HomeKitEvent {
  key: string;
  value: unknown;
  /** Epoch ms of its arrival, with fractions. */
  at: number;
}

const APPLE_BASE = '-0000-1000-8000-0026BB765291';

export function shortType(type: string): string {
  const upper = type.toUpperCase();
  return (upper.endsWith(APPLE_BASE) ? upper.slice(0, 8) : upper).replace(/^0+(?=.)/, '');
}

interface RawCharacteristic {
  type?: string;
  iid?: number;
  value?: unknown;
  perms?: string[];
  'valid-values'?: number[];
}

interface RawService {
  type: string;
  iid: number;
  primary?: boolean;
  characteristics: RawCharacteristic[];
}

export class HomeKitController implements AsyncDisposable {
  readonly #client: HttpClient;
  readonly host: string;
  /** Of the session that reads and writes characteristics; keys of data streams are derived from it. */
  readonly sharedSecret: Buffer;
  readonly #views = new Set<LiveView>();
  readonly services: readonly HapService[];
  /** Everything that arrived for the subscribed characteristics, oldest first. */
  readonly events: HomeKitEvent[] = [];
  readonly #listeners = new Set<(event: HomeKitEvent) => void>();
  #arrived: (() => void)[] = [];

  private constructor(client: HttpClient, host: string, services: HapService[]) {
    this.#client = client;
    this.host = host;
    // Now, because subscribing opens a second session.
    this.sharedSecret = sharedSecretOf(client);
    this.services = services;
    client.on('event', (message: { characteristics: { aid: unknown; iid: unknown; value: unknown }[] }) => {
      const at = performance.timeOrigin + performance.now();
      for (const { aid, iid, value } of message.characteristics) {
        const event = { key: `${aid}.${iid}`, value, at };
        this.events.push(event);
        for (const listener of this.#listeners) listener(event);
      }
      for (const wake of this.#arrived.splice(0)) wake();
    });
  }

  /** Pairs with an accessory that is not paired yet, and reads its database. */
  static async pair({ username, host = '127.0.0.1', port, setupCode }: HomeKitTarget) {
    const client = new HttpClient(username, host, port, undefined, { usePersistentConnections: true });
    await client.pairSetup(setupCode);
    return new HomeKitController(client, host, await readDatabase(client));
  }

  /** Connects with a pairing that was made before: again, after a restart of the accessory, or once more, as another device of the home. */
  static async connect({ username, host = '127.0.0.1', port }: HomeKitTarget, pairing: PairingData) {
    const client = new HttpClient(username, host, port, pairing, { usePersistentConnections: true });
    return new HomeKitController(client, host, await readDatabase(client));
  }

  /** What `connect` needs. */
  get pairing(): PairingData {
    const pairing = this.#client.getLongTermData();
    if (!pairing) throw new Error('The controller is not paired.');
    return pairing;
  }

  /** Services of this short type; those of one accessory where a bridge has several. */
  find(type: string, aid?: number): HapService[] {
    return this.services.filter(
      (service) => service.type === type && (aid === undefined || service.aid === aid),
    );
  }

  /** The first characteristic of this type in a service of that type. */
  characteristic(serviceType: string, type: string, aid?: number): Characteristic {
    for (const service of this.find(serviceType, aid)) {
      const found = service.characteristics.find((characteristic) => characteristic.type === type);
      if (found) return found;
    }
    throw new Error(`The accessory has no characteristic ${type} in a service ${serviceType}.`);
  }

  async read(key: string): Promise<unknown> {
    const { characteristics } = await this.#client.getCharacteristics([key]);
    return characteristics[0]?.value;
  }

  /** @throws Error with the status when the accessory refuses */
  async write(key: string, value: unknown): Promise<void> {
    if (this.#isTimed(key)) return writeTimed(this.#client, key, value);
    const reply = await this.#client.setCharacteristics({ [key]: value });
    const written = reply.characteristics as { status?: number }[];
    const status = written[0]?.status ?? 0;
    if (status !== 0) throw new Error(`Writing ${key} gave status ${status}.`);
  }

  /** Whether a write has to be announced. */
  #isTimed(key: string): boolean {
    const all = this.services.flatMap(({ characteristics }) => characteristics);
    return all.some((one) => one.key === key && one.perms.includes('tw'));
  }

  /** Writes a value and gives what the accessory answers to it. */
  async writeForReply(key: string, value: string): Promise<unknown> {
    const reply = await this.#client.setCharacteristics({ [key]: { value, r: true } });
    const [written] = reply.characteristics as { status?: number; value?: unknown }[];
    if (written?.status) throw new Error(`Writing ${key} gave status ${written.status}.`);
    return written?.value;
  }

  async subscribe(...keys: string[]): Promise<void> {
    await this.#client.subscribeCharacteristics(keys);
  }

  /** Calls back for each event of the subscribed characteristics; the returned function ends it. */
  onEvent(listener: (event: HomeKitEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first event from index `from` on that fits; waits for it. */
  async event(
    fits: (event: HomeKitEvent) => boolean,
    { from = 0, withinMs = 30_000 } = {},
  ): Promise<HomeKitEvent> {
    const deadline = AbortSignal.timeout(withinMs);
    for (;;) {
      const found = this.events.slice(from).find(fits);
      if (found) return found;
      if (deadline.aborted) throw new Error(`No such event; these came: ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        this.#arrived.push(resolve);
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** One still picture, and how long it took in ms. */
  async snapshot(width: number, height: number, aid?: number): Promise<{ jpeg: Buffer; ms: number }> {
    const begun = performance.now();
    const jpeg = await this.#client.getImage(width, height, aid);
    return { jpeg, ms: performance.now() - begun };
  }

  /** Starts a live view on the first free stream. */
  async startLive(wish: LiveWish = {}, aid?: number): Promise<LiveView> {
    const service = this.find(SERVICE.streamManagement, aid)[wish.stream ?? 0];
    if (!service) throw new Error('The accessory has no such stream.');
    const key = (type: string) => {
      const found = service.characteristics.find((characteristic) => characteristic.type === type);
      if (!found) throw new Error(`The stream has no characteristic ${type}.`);
      return found.key;
    };
    const view = await LiveView.start(wish, {
      setup: key(CHARACTERISTIC.setupEndpoints),
      select: key(CHARACTERISTIC.selectedStream),
      read: (which) => this.read(which),
      write: (which, value) => this.write(which, value),
    });
    this.#views.add(view);
    return view;
  }

  /** Leaves the accessory free for another controller. */
  async unpair(): Promise<void> {
    const { iOSDevicePairingID } = this.#client.getLongTermData() ?? {};
    if (iOSDevicePairingID) await this.#client.removePairing(Buffer.from(iOSDevicePairingID, 'hex'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const view of this.#views) await view[Symbol.asyncDispose]();
    await this.#client.close();
  }
}

async function readDatabase(client: HttpClient): Promise<HapService[]> {
  const { accessories } = await client.getAccessories();
  return accessories.flatMap(({ aid, services }) =>
    (services as unknown as RawService[]).map((service) => ({
      aid,
      iid: service.iid,
      type: shortType(service.type),
      primary: service.primary ?? false,
      characteristics: service.characteristics.map((characteristic) => ({
        key: `${aid}.${characteristic.iid}`,
        type: shortType(characteristic.type ?? ''),
        value: characteristic.value,
        perms: characteristic.perms ?? [],
        ...(characteristic['valid-values'] && { validValues: characteristic['valid-values'] }),
      })),
    })),
  );
}
