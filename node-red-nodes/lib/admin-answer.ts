import type { ServerResponse } from 'node:http';
import type { AdminRequest, NodeRed } from './node-red.ts';

/** Answers the editor in JSON that nothing on the way keeps. */
export function answerJson(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify(body));
}

/** What the editor sent; an empty object for anything else. */
export function fieldsOf({ body }: AdminRequest): Record<string, unknown> {
  return typeof body === 'object' && body ? (body as Record<string, unknown>) : {};
}

/** A route of the editor's API for those who may change hub nodes. `answer` must not reject. */
export function writeRoute(
  RED: NodeRed,
  path: string,
  answer: (fields: Record<string, unknown>) => Promise<object>,
): void {
  const mayWrite = RED.auth.needsPermission('doorstep-server.write');
  RED.httpAdmin.post(path, mayWrite, async (request, response) => {
    answerJson(response, await answer(fieldsOf(request)));
  });
}
