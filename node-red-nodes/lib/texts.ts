import type { NodeRed } from './node-red.ts';

/** Gives the text of a key in the runtime's language. */
export type Texts = (key: string, parameters?: Record<string, string | number>) => string;

const MODULE = '@homebridge-doorstep/node-red';

/**
 * Runtime texts. What several nodes say stands with the server node, once; what one node alone says in that node's own catalog, which
 * `node`, its type, names.
 */
export function textsOf(RED: Pick<NodeRed, '_'>, node = 'doorstep-server'): Texts {
  return (key, parameters) => RED._(`${MODULE}/${node}:${key}`, parameters);
}

/** `14:03`, in the time zone of this machine. */
export function clockTime(at: number): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}
