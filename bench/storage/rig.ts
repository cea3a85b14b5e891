/** The hub that records, in a process of its own that may be killed: see `rig-hub.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { descendantsOf, isAlive, type Seen } from '../../test/support/process-tree.ts';
import type { RigOrder, RigSetup, RigState } from './rig-words.ts';

const MAIN = fileURLToPath(new URL('rig-hub.ts', import.meta.url));
/** Nothing that a rig is waited for takes so long. */
const PATIENCE_MS = 90_000;

export class Rig implements AsyncDisposable {
  /** What it said last. */
  state: RigState | undefined;
  /** Most memory that its process had, in MiB. */
  peakMiB = 0;
  readonly log: string[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #children = new Map<number, Seen>();

  private constructor(setup: RigSetup) {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#exited = once(this.#child, 'close');
    this.#child.stdin?.on('error', () => {});
    const { stdout, stderr } = this.#child;
    if (!stdout || !stderr) throw new Error('The rig has no pipes.');
    createInterface({ input: stdout }).on('line', (line) => this.#hear(JSON.parse(line) as RigState));
    createInterface({ input: stderr }).on('line', (line) => this.log.push(line));
    this.#send(setup);
  }

  /** Starts it, and waits until it has a picture. */
  static async start(setup: RigSetup): Promise<Rig> {
    const rig = new Rig(setup);
    await rig.until('a picture', ({ online }) => online);
    return rig;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Processes of the hub whose command line holds this word. */
  programs(word: string): number[] {
    return descendantsOf(this.pid)
      .filter(({ command }) => command.includes(word))
      .map(({ pid }) => pid);
  }

  order(order: RigOrder): void {
    this.#send(order);
  }

  /** Waits until what it says is so. */
  async until(what: string, isSo: (state: RigState) => boolean, patienceMs = PATIENCE_MS): Promise<RigState> {
    const end = performance.now() + patienceMs;
    for (;;) {
      if (this.state && isSo(this.state)) return this.state;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`The rig ended while it was waited for ${what}:\n${this.log.slice(-20).join('\n')}`);
      }
      if (performance.now() > end) {
        const seen = JSON.stringify(this.state);
        throw new Error(
          `The rig was waited for in vain: ${what}; ${seen}\n${this.log.slice(-20).join('\n')}`,
        );
      }
      await wait(20);
    }
  }

  /** What no process survives. Its own children are left to whoever ends orphans. */
  async kill(): Promise<void> {
    this.#noteChildren();
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** As Homebridge stops it. */
  async stop(): Promise<void> {
    this.#noteChildren();
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#send({ do: 'stop' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  /** Ends it and whatever it has left. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    for (const child of this.#children.values()) if (isAlive(child)) process.kill(child.pid, 'SIGKILL');
  }

  #noteChildren(): void {
    for (const child of descendantsOf(this.pid)) this.#children.set(child.pid, child);
  }

  #hear(state: RigState): void {
    this.state = state;
    this.peakMiB = Math.max(this.peakMiB, state.residentMiB);
  }

  #send(words: RigSetup | RigOrder): void {
    this.#child.stdin?.write(`${JSON.stringify(words)}\n`);
  }
}
