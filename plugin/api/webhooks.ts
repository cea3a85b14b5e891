import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { TRIGGER_KINDS, type TriggerReply } from '../../protocol/api.ts';
import { findCamera } from './camera-info.ts';
import type { HubServices } from './contract.ts';
import { notFound, tooMany } from './problems.ts';
import type { RateLimit } from './rate-limit.ts';
import { triggerReply } from './schemas.ts';
import { sameSecret } from './secret.ts';

export const webhookParams = Type.Object({
  key: Type.String({ maxLength: 128 }),
  slug: Type.String({ maxLength: 128 }),
  kind: Type.String({ description: TRIGGER_KINDS.join(' or ') }),
});

export interface WebhookOptions {
  hub: HubServices;
  /** The unguessable part of the address. */
  key: string;
  /** Counts calls with a wrong key. */
  wrongKeys: RateLimit;
  /** Counts calls with the right one. */
  calls: RateLimit;
}

/**
 * `/hooks/<key>/<camera slug>/<ring|motion>`, for cameras that can only call a URL. The key in the address is all they bring, so a
 * wrong one looks like a page that does not exist. Whatever body a camera sends is ignored.
 */
export function registerWebhooks(app: FastifyInstance, { hub, key, wrongKeys, calls }: WebhookOptions): void {
  app.register(async (hooks) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', (_request, body, done) => {
      body.resume();
      body.once('end', () => done(null, undefined));
    });
    hooks.route({
      method: ['GET', 'POST'],
      url: '/hooks/:key/:slug/:kind',
      exposeHeadRoute: false,
      config: { access: 'public' },
      schema: { params: webhookParams, response: { 200: triggerReply } },
      handler(request): TriggerReply {
        const params = request.params as Static<typeof webhookParams>;
        const address = request.ip;
        const wait = Math.max(wrongKeys.waitMs(address), calls.waitMs(address));
        if (wait > 0) throw tooMany(wait);
        if (!sameSecret(params.key, key)) {
          wrongKeys.count(address);
          throw nothingHere();
        }
        calls.count(address);
        const kind = TRIGGER_KINDS.find((one) => one === params.kind);
        if (!kind) throw nothingHere();
        const { ref } = findCamera(hub.cameras(), params.slug);
        return { eventId: hub.trigger(ref.id, kind, { test: false, from: 'webhook' }) };
      },
    });
  });
}

function nothingHere() {
  return notFound(
    'There is nothing here.',
    'Copy the address of the webhook anew; "doorstep status" prints it.',
  );
}
