/** A way to a broker on loopback, which can be broken. */
import { type TcpProxy, proxyTo as tcpProxyTo } from './tcp-proxy.ts';

export interface BrokerProxy
  extends Pick<TcpProxy, 'silence' | 'stall' | 'cut' | typeof Symbol.asyncDispose> {
  readonly url: string;
}

/** @param url that of the broker, as `mqtt://127.0.0.1:1883` */
export async function proxyTo(url: string): Promise<BrokerProxy> {
  const proxy = await tcpProxyTo(Number(new URL(url).port));
  return { ...proxy, url: `mqtt://127.0.0.1:${proxy.port}` };
}
