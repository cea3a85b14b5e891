import { isIP, isIPv4 } from 'node:net';
import { hostname } from 'node:os';
import type { CiaoService, Responder, ServiceOptions } from '@homebridge/ciao';
import { atMost, type Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';

export interface AdvertiseOptions {
  /** Name of the hub, as its owner calls it. */
  name: string;
  version: string;
  /** The same as in the hello of the event socket. */
  hubId: string;
  /** Address and port that the API listens on. */
  host: string;
  port: number;
}

/** The part of `@homebridge/ciao` that is used here. */
export interface Ciao {
  getResponder(): Pick<Responder, 'shutdown'> & {
    createService(options: ServiceOptions): Pick<CiaoService, 'advertise' | 'end' | 'destroy'>;
  };
}

export interface AdvertiseDeps {
  clock: Clock;
  log: Log;
  /** Default: `@homebridge/ciao`, loaded now. */
  load?: () => Promise<Ciao>;
}

/** A network that does not take the farewell keeps nobody waiting. */
const FAREWELL_MS = 2_000;

/** Whether a server that listens on this address is reached from other machines. */
export function isBeyondLoopback(host: string): boolean {
  return !/^(localhost\.?|127(\.\d+){3}|::1|\[::1\])$/i.test(host);
}

/** `Doorstep (pi)`, in the 63 bytes that DNS has for it. */
export function instanceName(name: string, machine: string): string {
  const letters = [...`${name} (${machine.replace(/\.local$/i, '')})`];
  while (Buffer.byteLength(letters.join('')) > 63) letters.pop();
  return letters.join('').trim();
}

/**
 * Announces the hub in the network as `_doorstep._tcp` (DNS-SD), so that the Node-RED nodes find it. It takes its time in the background;
 * what fails is a line in the log, because the hub is reached by its address as well. Disposing it says farewell.
 */
export function advertiseHub(
  { name, version, hubId, host, port }: AdvertiseOptions,
  { clock, log, load = () => import('@homebridge/ciao') }: AdvertiseDeps,
): AsyncDisposable {
  let end = async () => {};
  let over = false;
  const begin = async () => {
    const ciao = await load();
    if (over) return;
    const responder = ciao.getResponder();
    const service = responder.createService({
      name: instanceName(name, hostname()),
      type: 'doorstep',
      port,
      // Of its own: another responder on this machine may claim the name of the machine.
      hostname: `doorstep-${hubId.slice(-8).toLowerCase()}`,
      txt: { version, id: hubId, tls: '0' },
      // A name may stand for several.
      ...(isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::' && { restrictedAddresses: [host] }),
      disabledIpv6: isIPv4(host),
    });
    end = async () => {
      // The responder may be shared, and then outlives us; the service must not.
      await service.end();
      await service.destroy();
      await responder.shutdown();
    };
    await service.advertise();
    log.debug(`Announced in the network as _doorstep._tcp, port ${port}.`);
  };
  const begun = begin().catch((error: unknown) => {
    if (over) return;
    log.warn(
      `The hub cannot announce itself in the network: ${reason(error)}. Node-RED reaches it by its address all the same.`,
    );
  });
  return {
    async [Symbol.asyncDispose]() {
      over = true;
      const farewell = async () => {
        await begun;
        await end();
      };
      await atMost(
        clock,
        FAREWELL_MS,
        farewell().catch((error: unknown) => log.debug(`No farewell to the network: ${reason(error)}`)),
      );
    },
  };
}
