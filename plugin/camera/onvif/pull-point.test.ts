/** A subscription's life against a camera that is made of answers, on a clock that the test moves. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { Notification } from './notification.ts';
import { OnvifError } from './onvif-error.ts';
import { runPullPoint } from './pull-point.ts';
import { createSoapClient } from './soap-client.ts';

type Answer = string | (() => string | Promise<string>);
type Answers = Partial<
  Record<'Create' | 'SetSynchronizationPoint' | 'PullMessages' | 'Renew' | 'Unsubscribe', Answer>
>;

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const times = (s: number) =>
  `<CurrentTime>2001-01-01T00:00:00Z</CurrentTime><TerminationTime>${new Date(978_307_200_000 + s * 1000).toISOString()}</TerminationTime>`;
const created = (leaseS: number, reference = '') =>
  `<x><SubscriptionReference><Address>http://10.0.0.1:1024/sub?Idx=7</Address>${reference}</SubscriptionReference>${times(leaseS)}</x>`;
const fault = (code: string) =>
  `<Fault><Code><Value>s:Sender</Value><Subcode><Value>${code}</Value></Subcode></Code><Reason><Text>${code}</Text></Reason></Fault>`;

function camera(answers: Answers) {
  const clock = new ManualClock();
  const asked: { name: string; body: string; path: string; port: number; deadlineMs: number }[] = [];
  const defaults: Required<Answers> = {
    Create: created(120),
    SetSynchronizationPoint: '<x/>',
    PullMessages: '<x/>',
    Renew: `<x>${times(120)}</x>`,
    Unsubscribe: '<x/>',
  };
  const client = createSoapClient(
    { username: '', password: '' },
    {
      clock,
      post: async ({ body, path, port, deadlineMs }) => {
        const name = (/<s:Body><(\w+)/.exec(body)?.[1] ?? '').replace(
          'CreatePullPointSubscription',
          'Create',
        );
        asked.push({ name, body, path, port, deadlineMs });
        const answer = { ...defaults, ...answers }[name as keyof Answers] ?? '';
        const text = typeof answer === 'string' ? answer : await answer();
        return { status: 200, challenges: [], text: `<s:Envelope><s:Body>${text}</s:Body></s:Envelope>` };
      },
    },
  );
  const ending = new AbortController();
  const heard: Notification[] = [];
  const running = runPullPoint(
    {
      ...{
        client,
        signal: ending.signal,
        onListening: () => {},
        onNotification: (one) => heard.push(one),
        afterPull: async () => {},
      },
      endpoint: { host: '10.0.0.1', port: 80, path: '/events' },
      reach: { host: '10.0.0.1', port: 80, ownPorts: true },
    },
    { clock, log: silent },
  );
  running.catch(() => {});
  const names = () => asked.map(({ name }) => name);
  const count = (name: string) => names().filter((one) => one === name).length;
  /** Lets time go by, in steps that leave room for what is waited for. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      await settled();
      clock.advance(500);
    }
    await settled();
  };
  return { clock, asked, heard, running, ending, names, count, pass };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const ends: AbortController[] = [];
const open = (answers: Answers = {}) => {
  const one = camera(answers);
  ends.push(one.ending);
  return one;
};
afterEach(() => {
  for (const ending of ends.splice(0)) ending.abort();
});

describe('a subscription', () => {
  test('is made, told to tell all, pulled, and ended', async () => {
    const { running, ending, names, asked, pass, clock } = open();
    await pass(500);
    expect(names()).toEqual(['Create', 'SetSynchronizationPoint', 'PullMessages']);
    expect(asked[2]).toMatchObject({ path: '/sub?Idx=7', port: 1024, deadlineMs: 35_000 });
    expect(asked[2]?.body).toContain('<Timeout>PT25S</Timeout>');
    ending.abort();
    await running;
    expect(names().at(-1)).toBe('Unsubscribe');
    expect(clock.pending).toBe(0);
  });

  test('a camera that holds nothing back is asked once a second', async () => {
    const { count, pass } = open();
    await pass(10_000);
    expect(count('PullMessages')).toBeGreaterThan(5);
    expect(count('PullMessages')).toBeLessThanOrEqual(11);
  });

  test('a camera that tells without end is asked ten times a second at most', async () => {
    const message =
      '<NotificationMessage><Topic>a/b</Topic><Message><Message UtcTime=""/></Message></NotificationMessage>';
    const { count, heard, clock } = open({ PullMessages: `<x>${message}</x>` });
    for (let passed = 0; passed < 1000; passed += 50) {
      await settled();
      clock.advance(50);
    }
    expect(count('PullMessages')).toBeLessThanOrEqual(11);
    expect(heard.length).toBe(count('PullMessages'));
  });

  test('is renewed before it ends, and never made anew', async () => {
    const { count, pass } = open();
    await pass(600_000);
    expect(count('Create')).toBe(1);
    expect(count('Renew')).toBeGreaterThan(5);
    expect(count('Renew')).toBeLessThan(20);
  });

  test('of a short life is pulled for a shorter time, and renewed each time', async () => {
    const { asked, count, pass } = open({ Create: created(15), Renew: `<x>${times(15)}</x>` });
    await pass(20_000);
    expect(asked.find(({ name }) => name === 'PullMessages')?.body).toContain('<Timeout>PT5S</Timeout>');
    expect(count('Renew')).toBeGreaterThan(5);
  });

  test('that cannot be renewed is pulled on until it ends', async () => {
    const { count, pass } = open({ Renew: fault('ter:ActionNotSupported') });
    await pass(300_000);
    expect(count('Renew')).toBe(1);
    expect(count('PullMessages')).toBeGreaterThan(200);
  });

  test.each([
    created(-3600),
    created(0),
    `<x><SubscriptionReference><Address>http://10.0.0.1/s</Address></SubscriptionReference></x>`,
  ])('whose length makes no sense counts as what was asked for', async (Create) => {
    const { count, pass } = open({ Create });
    await pass(60_000);
    expect(count('Renew')).toBe(0);
    await pass(60_000);
    expect(count('Renew')).toBeGreaterThan(0);
  });

  test('without an address is none', async () => {
    const { running } = open({ Create: '<x/>' });
    await expect(running).rejects.toMatchObject({ kind: 'fault' });
  });

  test('that the camera forgot rejects, and says goodbye all the same', async () => {
    const { running, names, clock } = open({ PullMessages: fault('ResourceUnknownFault') });
    await expect(running).rejects.toBeInstanceOf(OnvifError);
    expect(names().at(-1)).toBe('Unsubscribe');
    expect(clock.pending).toBe(0);
  });

  test('gives the parameters back that the camera wants', async () => {
    const reference =
      '<ReferenceParameters><dom0:SubscriptionId xmlns:dom0="http://www.axis.com/2009/event" t="&lt;">12 &amp; 3</dom0:SubscriptionId></ReferenceParameters>';
    const { asked, pass } = open({ Create: created(120, reference) });
    await pass(500);
    await vi.waitFor(() => expect(asked.at(-1)?.name).toBe('PullMessages'));
    expect(asked.at(-1)?.body).toContain(
      '<SubscriptionId xmlns="http://www.axis.com/2009/event" xmlns:a="http://www.w3.org/2005/08/addressing" a:IsReferenceParameter="true" t="&lt;">12 &amp; 3</SubscriptionId>',
    );
  });
});
