/** A small HTTP server that stands in for a lamp, a loudspeaker or a push service: keeps what it is told, and takes it. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Told {
  method: string;
  /** Without its query. */
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Fields and files of a form (`multipart/form-data`), as the real services read it. */
  form: Record<string, string | File>;
}

export interface HttpInbox extends AsyncDisposable {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  /** Oldest first. */
  readonly told: Told[];
  /** What it answers from now on. */
  answer: { status: number; body: object };
}

/** Starts one on a free port of loopback. */
export async function startHttpInbox(): Promise<HttpInbox> {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', 'http://inbox');
    told.push({
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body,
      form: await formOf(request.headers['content-type'] ?? '', body),
    });
    const { status, body: reply } = inbox.answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const inbox: HttpInbox = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told,
    answer: { status: 200, body: { ok: true } },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return inbox;
}

async function formOf(contentType: string, body: Buffer): Promise<Told['form']> {
  if (!contentType.startsWith('multipart/form-data')) return {};
  const reply = new Response(new Uint8Array(body), { headers: { 'content-type': contentType } });
  return Object.fromEntries(await reply.formData()) as Told['form'];
}
