import { expect, test, vi } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { advertiseHub, type Ciao, instanceName, isBeyondLoopback } from './advertise.ts';

const hub = { name: 'Doorstep', version: '0.1.0', hubId: '01J0HUB4ZKQ7W8XY', host: '0.0.0.0', port: 8586 };

function noted() {
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  return { lines, log: { debug: note, info: note, warn: note, error: note } };
}

/** A responder that notes what it is told, and may fail at one of the steps. */
function told(fails?: 'load' | 'advertise' | 'end' | 'hang') {
  const steps: string[] = [];
  const services: object[] = [];
  const step = async (name: string) => {
    steps.push(name);
    if (fails === name) throw new Error(`no ${name}`);
    if (fails === 'hang' && name === 'end') await new Promise(() => {});
  };
  const load = async (): Promise<Ciao> => {
    await step('load');
    return {
      getResponder: () => ({
        createService(service) {
          services.push(service);
          return {
            advertise: () => step('advertise'),
            end: () => step('end'),
            destroy: () => step('destroy'),
          };
        },
        shutdown: () => step('shutdown'),
      }),
    };
  };
  return { steps, services, load };
}

test('what the network is told', async () => {
  const { load, services, steps } = told();
  const { log } = noted();
  const advertised = advertiseHub(hub, { clock: new ManualClock(), log, load });
  await vi.waitFor(() => expect(steps).toContain('advertise'));
  expect(services).toEqual([
    {
      name: expect.stringMatching(/^Doorstep \(.+\)$/),
      ...{ type: 'doorstep', port: 8586, hostname: 'doorstep-zkq7w8xy', disabledIpv6: true },
      txt: { version: '0.1.0', id: '01J0HUB4ZKQ7W8XY', tls: '0' },
    },
  ]);
  await advertised[Symbol.asyncDispose]();
  expect(steps).toEqual(['load', 'advertise', 'end', 'destroy', 'shutdown']);
});

test('one address is announced where the API listens on one', async () => {
  const { load, services, steps } = told();
  await using _advertised = advertiseHub(
    { ...hub, host: '192.168.1.5' },
    { clock: new ManualClock(), ...noted(), load },
  );
  await vi.waitFor(() => expect(steps).toContain('advertise'));
  expect(services).toMatchObject([{ restrictedAddresses: ['192.168.1.5'] }]);
});

test('a name that the API listens at is no address to announce', async () => {
  const { load, services, steps } = told();
  const deps = { clock: new ManualClock(), ...noted(), load };
  await using _advertised = advertiseHub({ ...hub, host: 'pi.local' }, deps);
  await vi.waitFor(() => expect(steps).toContain('advertise'));
  expect(services[0]).not.toHaveProperty('restrictedAddresses');
});

test.each(['load', 'advertise'] as const)('a failure to %s is a line in the log', async (fails) => {
  const { load } = told(fails);
  const { lines, log } = noted();
  const advertised = advertiseHub(hub, { clock: new ManualClock(), log, load });
  await vi.waitFor(() =>
    expect(lines.join()).toContain(`cannot announce itself in the network: no ${fails}`),
  );
  await advertised[Symbol.asyncDispose]();
});

test.each(['end', 'hang'] as const)('a farewell that fails (%s) keeps nobody waiting', async (fails) => {
  const { load, steps } = told(fails);
  const clock = new ManualClock();
  const advertised = advertiseHub(hub, { clock, ...noted(), load });
  await vi.waitFor(() => expect(steps).toContain('advertise'));
  const over = advertised[Symbol.asyncDispose]();
  await vi.waitFor(() => expect(steps).toContain('end'));
  clock.advance(2000);
  await over;
});

test('a hub that ends before it began announces nothing', async () => {
  const { load, services } = told();
  await advertiseHub(hub, { clock: new ManualClock(), ...noted(), load })[Symbol.asyncDispose]();
  expect(services).toEqual([]);
});

test.each([
  ['Doorstep', 'pi.local', 'Doorstep (pi)'],
  ['Haustür '.repeat(8), 'pi', 'Haustür '.repeat(7).trim()],
])('%s on %s is announced as %s', (name, machine, announced) =>
  expect(instanceName(name, machine)).toBe(announced),
);

test.each([
  ['0.0.0.0', true],
  ['::', true],
  ['192.168.1.5', true],
  ['pi.local', true],
  ['127.0.0.1', false],
  ['127.8.0.1', false],
  ['::1', false],
  ['localhost', false],
])('listening on %s is beyond loopback: %s', (host, beyond) => expect(isBeyondLoopback(host)).toBe(beyond));
