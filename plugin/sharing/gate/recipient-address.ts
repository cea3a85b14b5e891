import type { Channel } from '../contract.ts';
import { refuseUrl, type TargetRefusal } from './target-address.ts';

export type AddressRefusal = TargetRefusal | 'not-an-e-mail-address' | 'not-a-room' | 'address-not-needed';

/**
 * One mailbox at one domain, in ASCII, exactly as written: no name, quote, comment, list, route, escape or IP address. What is left out
 * here is legal in mail, and read in different ways by different programs.
 */
const MAILBOX =
  /^(?=.{6,254}$)(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9_+-])?@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

/** A room by its id; an alias could be pointed at another room. */
const ROOM =
  /^(?=.{4,255}$)![A-Za-z0-9._~+/=-]+:(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}(?::\d{1,5})?$/;

/**
 * Why an address cannot be a recipient's; undefined where it can, and then it is used as it is, letter by letter.
 *
 * @param lan the owner said that it is in the house (URLs only)
 */
export function refuseAddress(channel: Channel, address: string, lan: boolean): AddressRefusal | undefined {
  switch (channel) {
    case 'package':
      // It is handed over in person.
      return address === '' ? undefined : 'address-not-needed';
    case 'email':
      return MAILBOX.test(address) && !/[@.]xn--/i.test(address) ? undefined : 'not-an-e-mail-address';
    case 'webdav':
    case 'webhook':
      return refuseUrl(address, lan);
    case 'matrix':
      return ROOM.test(address) && !/[:.]xn--/i.test(address) ? undefined : 'not-a-room';
  }
}
