/** Decides how one camera is talked through, and lets one person at a time do it. */
import type { TalkConfig } from '../../config.ts';
import type { StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import type { TalkSession, TalkVia } from '../contract.ts';
import { findBackchannel, openBackchannel } from './backchannel.ts';
import type { CameraTalk } from './contract.ts';
import { createTalkEncoder } from './talk-encoder.ts';
import { OUTPUT_SAMPLE_RATE, startTalkOutput } from './talk-output.ts';
import { noTalk, talkBusy, talkFailed } from './talk-problem.ts';
import { startTalkSession } from './talk-session.ts';

export interface CameraTalkOptions {
  config: TalkConfig;
  /** RTSP URL of the main stream, with user and password; asked for anew each time, where only ONVIF knows it. */
  url: string | (() => Promise<string>);
}

export interface CameraTalkDeps {
  /** Path of the ffmpeg program; undefined when there is none. */
  ffmpeg: string | undefined;
  startChild: StartChild;
  clock: Clock;
  log: Log;
}

/** The first picture has the camera for itself. */
const PROBE_AFTER_MS = 2000;
const PROBE_AGAIN_MS = 5 * 60_000;

/** Whether the configuration offers talk at all. It says nothing of what the camera can do. */
export function offersTalk({ via, output }: Pick<TalkConfig, 'via' | 'output'>): boolean {
  return via === 'auto' || via === 'backchannel' || (via === 'output' && output.length > 0);
}

export function createCameraTalk(options: CameraTalkOptions, deps: CameraTalkDeps): CameraTalk {
  const { config } = options;
  const { clock, log, ffmpeg, startChild } = deps;
  const wantsBackchannel = config.via === 'auto' || config.via === 'backchannel';
  const hasOutput = (config.via === 'auto' || config.via === 'output') && config.output.length > 0;
  const ending = new AbortController();
  const listeners = new Set<(via: TalkVia | undefined) => void>();
  /** Whether the camera has a backchannel; undefined while nobody knows. */
  let backchannel: boolean | undefined;
  let online = false;
  let probing: Promise<void> | undefined;
  /** Ends what is asked of a camera that is to be left alone. */
  let asking = new AbortController();
  let cancelProbe = () => {};
  let speaking: Promise<TalkSession> | undefined;

  const currentVia = (): TalkVia | undefined => {
    if (backchannel) return 'backchannel';
    return hasOutput ? 'output' : undefined;
  };
  let via = currentVia();

  const learn = (has: boolean) => {
    backchannel = has;
    if (via === currentVia()) return;
    via = currentVia();
    for (const listener of listeners) listener(via);
  };

  const url = async () => (typeof options.url === 'string' ? options.url : options.url());

  const probe = async () => {
    const signal = AbortSignal.any([ending.signal, asking.signal]);
    try {
      const { codec, sampleRate } = await findBackchannel({ url: await url(), clock, signal });
      log.debug(`It has a backchannel (${codec.name}, ${sampleRate / 1000} kHz).`);
      learn(true);
    } catch (error) {
      if (signal.aborted) return;
      log.debug(`Looking for a backchannel: ${reason(error)}`);
      if (codeOf(error) === 'no-backchannel') learn(false);
      else probeAfter(PROBE_AGAIN_MS);
    }
  };

  const probeAfter = (ms: number) => {
    cancelProbe();
    if (!online || ending.signal.aborted) return;
    cancelProbe = clock.after(ms, () => {
      if (speaking) return probeAfter(PROBE_AGAIN_MS);
      // One that was given up may still wait for its address.
      if (probing) return probeAfter(PROBE_AFTER_MS);
      probing = probe().finally(() => {
        probing = undefined;
      });
    });
  };

  const throughBackchannel = async (signal: AbortSignal): Promise<TalkSession> => {
    const opened = await openBackchannel({ url: await url(), clock, signal });
    try {
      const encoder = createTalkEncoder(opened, { ffmpeg, startChild });
      learn(true);
      return startTalkSession({
        ...{ sampleRate: opened.track.sampleRate, clock, send: encoder.encode },
        ends: [opened.closed, encoder.ended],
        parts: [opened, encoder],
      });
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
  };

  const throughOutput = (): TalkSession => {
    if (ffmpeg === undefined) throw talkFailed('There is no ffmpeg to send the speech.');
    const output = startTalkOutput({ output: config.output, ffmpeg, startChild, clock });
    const { write, ended } = output;
    return startTalkSession({
      ...{ sampleRate: OUTPUT_SAMPLE_RATE, clock, send: write, ends: [ended], parts: [output] },
    });
  };

  const open = async (signal: AbortSignal): Promise<TalkSession> => {
    if (!wantsBackchannel && !hasOutput) throw noTalk();
    // Without another way it is worth asking again: the owner may have switched the speaker on.
    if (!wantsBackchannel || (backchannel === false && hasOutput)) return throughOutput();
    try {
      return await throughBackchannel(signal);
    } catch (error) {
      if (codeOf(error) === 'no-backchannel') learn(false);
      if (!hasOutput || signal.aborted) throw error;
      log.debug(`The backchannel was not opened, the output is taken: ${reason(error)}`);
      return throughOutput();
    }
  };

  const talk: CameraTalk['talk'] = async ({ signal: callers }) => {
    if (speaking) throw talkBusy('here');
    const signal = AbortSignal.any([callers, ending.signal]);
    if (signal.aborted) throw talkFailed('It was ended before it began.');
    const opening = open(signal);
    speaking = opening;
    const free = () => {
      if (speaking === opening) speaking = undefined;
    };
    try {
      const session = await opening;
      const hangUp = () => void session[Symbol.asyncDispose]();
      signal.addEventListener('abort', hangUp, { once: true });
      void session.ended.then(() => {
        signal.removeEventListener('abort', hangUp);
        free();
      });
      if (signal.aborted) hangUp();
      return session;
    } catch (error) {
      free();
      throw error;
    }
  };

  return {
    get via() {
      return via;
    },
    onVia(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    setOnline(now) {
      if (now === online) return;
      online = now;
      cancelProbe();
      asking.abort();
      asking = new AbortController();
      if (now && wantsBackchannel && backchannel !== true) probeAfter(PROBE_AFTER_MS);
    },
    talk,
    async [Symbol.asyncDispose]() {
      ending.abort();
      cancelProbe();
      listeners.clear();
      await probing;
      const session = await speaking?.catch(() => undefined);
      await session?.[Symbol.asyncDispose]();
    },
  };
}

const codeOf = (error: unknown) => (error instanceof ProblemError ? error.problem.code : undefined);
