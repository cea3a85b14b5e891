import type { NodeRed } from './node-red.ts';

/** Gives the text of a key in the runtime's language. */
export type Texts = (key: string, parameters?: Record<string, string | number>) => string;

/** All nodes share the runtime texts of the server node, so each stands in the locales once. */
const NAMESPACE = '@homebridge-doorstep/node-red/doorstep-server';

export function textsOf(RED: NodeRed): Texts {
  return (key, parameters) => RED._(`${NAMESPACE}:${key}`, parameters);
}

/** `14:03`, in the time zone of this machine. */
export function clockTime(at: number): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}
