/** Badges under the nodes: one look for each state. Texts have at most 20 characters in every language. */
import type { LinkState } from './connection.ts';
import { type FaultCode, needsUpdate } from './fault.ts';
import type { NodeStatus } from './node-red.ts';
import type { Texts } from './texts.ts';

/** Badge of a connection; no badge where nobody uses it. */
export function linkStatus(state: LinkState, texts: Texts): NodeStatus {
  switch (state.is) {
    case 'idle':
      return {};
    case 'connecting':
      return { fill: 'yellow', shape: 'ring', text: texts('status.connecting') };
    case 'replaying':
      return {
        fill: 'blue',
        shape: 'ring',
        text: texts('status.replaying', { events: count(state.events) }),
      };
    case 'connected':
      return { fill: 'green', shape: 'dot', text: texts('status.connected') };
    case 'retrying':
      if (needsUpdate(state.fault)) return faultStatus(state.fault.code, texts);
      return {
        fill: 'red',
        shape: 'ring',
        text: texts('status.retry', { seconds: Math.max(1, Math.round(state.inMs / 1000)) }),
      };
    case 'stopped':
      return faultStatus(state.fault.code, texts);
  }
}

/** Badge of a fault that does not pass by itself. */
export function faultStatus(code: FaultCode | 'no-server', texts: Texts): NodeStatus {
  if (code === 'not-permitted' || code === 'no-server') {
    return { fill: 'grey', shape: 'ring', text: texts(`status.${code}`) };
  }
  return { fill: 'red', shape: 'dot', text: texts(`status.${code}`) };
}

/** Badge of a node that shall send pictures and may not see any. */
export function noMediaStatus(texts: Texts): NodeStatus {
  return { fill: 'grey', shape: 'ring', text: texts('status.no-media') };
}

/** Badge of a node whose last message failed; why is in the error. */
export function failedStatus(texts: Texts): NodeStatus {
  return { fill: 'red', shape: 'ring', text: texts('status.failed') };
}

/** Badge of a node that has just sent a message. */
export function eventStatus(text: string): NodeStatus {
  return { fill: 'blue', shape: 'dot', text };
}

function count(events: number): string {
  return events > 999 ? '999+' : String(events);
}
