/** Somebody speaks into a phone, and cameras of three kinds are listened to: a built hub under Homebridge, real SRTP and RTSP. */
import { createSocket, type Socket } from 'node:dgram';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeG711 } from '../../simulator/backchannel.ts';
import { HomeKitController } from '../../simulator/homekit/controller.ts';
import type { LiveView } from '../../simulator/homekit/live-view.ts';
import type { Simulator } from '../../simulator/simulator-process.ts';
import { type House, startHouse } from '../support/house.ts';
import { findTone, opusPackets, soundOf, talkDelay } from '../support/spoken.ts';
import { tone } from '../support/tone.ts';

const HERTZ = 1000;
const SPOKEN_MS = 1500;
/** A machine that is short of time tears speech, as it does with all that is live. */
const FOUND_MS = SPOKEN_MS / 2;
const GENEROUS = { timeout: 30_000, interval: 100 };
const SIZE = { size: '320x180', fps: 10, sub: 'none' } as const;

let house: House;
let speaker: Socket;
/** RTP that came to the loudspeaker of the camera without a backchannel. */
const output: Buffer[] = [];
let spoken: Buffer[];
let silent: Buffer[];

beforeAll(async () => {
  speaker = createSocket('udp4');
  await new Promise<void>((resolve) => speaker.bind(0, '127.0.0.1', resolve));
  speaker.on('message', (packet) => output.push(packet));
  const to = `rtp://127.0.0.1:${speaker.address().port}`;
  const login = { user: 'doorbell', password: 'p@ss word' };
  house = await startHouse({
    doorbells: [
      { name: 'PCMU', simulator: { ...SIZE, ...login, backchannel: 'pcmu' } },
      { name: 'AAC', simulator: { ...SIZE, backchannel: 'aac' } },
      {
        name: 'Output',
        simulator: { ...SIZE, backchannel: 'none' },
        config: { talk: { output: ['-c:a', 'pcm_mulaw', '-ar', '8000', '-f', 'rtp', to] } },
      },
    ],
  });
  spoken = await opusPackets(tone(HERTZ, SPOKEN_MS / 1000, 16_000));
  silent = await opusPackets(Buffer.alloc(16_000 * 2));
});

afterAll(async () => {
  await house?.[Symbol.asyncDispose]();
  speaker?.close();
});

/** A phone that looks at a camera. */
async function look(name: string): Promise<{ view: LiveView; leave(): Promise<void> }> {
  const controller = await HomeKitController.pair(house.target(name));
  const view = await controller.startLive();
  await view.video.received(5);
  const leave = async () => {
    await view.stop();
    await controller.unpair();
    await controller[Symbol.asyncDispose]();
  };
  return { view, leave };
}

function simulator(index: number): Simulator {
  const found = house.simulators[index];
  if (!found) throw new Error('There is no such simulator.');
  return found;
}

const toneAt = async (camera: Simulator) => {
  const heard = await camera.heard();
  return findTone(await soundOf(heard), HERTZ, heard.sampleRate).ms;
};

describe('speaking through a camera', () => {
  it('is heard by a camera with a G.711 backchannel, once, and soon', async () => {
    const camera = simulator(0);
    const { view, leave } = await look('PCMU');
    await view.speak(silent);
    expect((await camera.heard()).packets).toHaveLength(0);
    const cold = await talkDelay(view, camera, HERTZ, SPOKEN_MS / 1000);
    await expect.poll(() => toneAt(camera), GENEROUS).toBeGreaterThan(FOUND_MS);
    await view.speak(silent);
    expect(await toneAt(camera)).toBeLessThan(SPOKEN_MS * 1.1);
    // Now that the way is open: what a conversation feels like.
    const open = await talkDelay(view, camera, HERTZ, SPOKEN_MS / 1000);
    console.info(
      `Speech is heard after ${Math.round(cold)} ms, when the way is open after ${Math.round(open)} ms.`,
    );
    expect(open).toBeLessThan(5000);
    expect((await camera.state()).sessions).toHaveLength(2);
    await leave();
    await expect.poll(async () => (await camera.state()).sessions, GENEROUS).toHaveLength(1);
  });

  it('is heard by a camera with an AAC backchannel', async () => {
    const { view, leave } = await look('AAC');
    await view.speak(spoken);
    await expect.poll(() => toneAt(simulator(1)), GENEROUS).toBeGreaterThan(FOUND_MS);
    await leave();
  });

  it('goes to the output of ffmpeg for a camera without a backchannel', async () => {
    const { view, leave } = await look('Output');
    await view.speak(spoken);
    const heard = () =>
      findTone(decodeG711('pcmu', Buffer.concat(output.map((packet) => packet.subarray(12)))), HERTZ, 8000);
    await expect.poll(() => heard().ms, GENEROUS).toBeGreaterThan(FOUND_MS);
    expect(heard().ms).toBeLessThan(SPOKEN_MS * 1.1);
    await leave();
    expect(house.log.filter((line) => /unhandled/i.test(line))).toEqual([]);
  });
});
