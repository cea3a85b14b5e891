/** The one connection of a server node: opened for its first user, kept up, closed after its last. */
import type { CameraInfo, EventFrame, Scope } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { HubAddress } from './address.ts';
import { type BackoffLimits, backoffMs } from './backoff.ts';
import { type Fault, faultOfToken, needsEdit, needsUpdate } from './fault.ts';
import { PorchCount } from './porch-count.ts';
import type { Resume } from './resume.ts';
import { dial, WIRE_TIMING, type Wire, type WireTiming } from './wire.ts';

export type LinkState =
  | { is: 'idle' }
  | { is: 'connecting' }
  /** The hub is sending what we missed: this many events. */
  | { is: 'replaying'; events: number }
  | { is: 'connected'; version: string }
  | { is: 'retrying'; inMs: number; fault: Fault }
  /** Until the server node is edited. */
  | { is: 'stopped'; fault: Fault };

export interface ConnectionTiming extends WireTiming {
  backoff: BackoffLimits;
  /** After this long without a fault, the next absence is a new one. */
  healthyMs: number;
}

export const CONNECTION_TIMING: ConnectionTiming = {
  ...WIRE_TIMING,
  // A hub that restarts, updates or waits for its power is back within these minutes, and its events in the flow 2 s later.
  backoff: { firstMs: 500, soonMs: 1800, soonForMs: 600_000, maxMs: 30_000 },
  healthyMs: 60_000,
};

export interface ConnectionOptions {
  /** Undefined when the settings name none. */
  address: HubAddress | undefined;
  token: string;
  /** Outlives the connection, so that a redeploy loses nothing. */
  resume: Resume;
  timing?: ConnectionTiming;
  /** Hears of every state, as users do, without being one. */
  onState?: (state: LinkState) => void;
  /** Events that the hub no longer has. */
  onGap?: (gap: { from: number; to: number }) => void;
}

export interface LinkUser {
  /** Left out by those who only ask. */
  onEvent?: (event: DoorstepEvent) => void;
  onState: (state: LinkState) => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #timing: ConnectionTiming;
  readonly #users = new Set<LinkUser>();
  #state: LinkState = { is: 'idle' };
  #wire: Wire | undefined;
  #attempt = 0;
  /** When it went, as `performance.now()` tells it. */
  #awaySince: number | undefined;
  #retry: NodeJS.Timeout | undefined;
  #healthy: NodeJS.Timeout | undefined;
  #version = '';
  #cameras: readonly CameraInfo[] = [];
  #scopes: readonly Scope[] = [];
  readonly #porch = new PorchCount();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#timing = options.timing ?? CONNECTION_TIMING;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** The hub's cameras as it said when it was connected last; what has happened since, its events tell. */
  get cameras(): readonly CameraInfo[] {
    return this.#cameras;
  }

  /** What the token may do, as the hub said when it was connected last. */
  get scopes(): readonly Scope[] {
    return this.#scopes;
  }

  /** How many packages lie in front of these cameras now; none means every camera. */
  packagesAt(cameras: readonly string[]): number {
    return this.#porch.total(cameras);
  }

  /** Whether somebody wants events; a token for questions alone is fine where nobody does. */
  get wantsEvents(): boolean {
    return [...this.#users].some(({ onEvent }) => onEvent !== undefined);
  }

  /**
   * Joins; the first to join opens the connection. `onState` is called at once, and both until the returned function is called,
   * which resolves when all is closed behind the last one.
   */
  join(user: LinkUser): () => Promise<void> {
    this.#users.add(user);
    if (this.#users.size === 1) this.#open();
    else user.onState(this.#state);
    return async () => {
      if (this.#users.delete(user) && this.#users.size === 0) await this.#close();
    };
  }

  #open(): void {
    const { address, token } = this.#options;
    const fault = faultOfToken(token);
    if (!address) this.#enter({ is: 'stopped', fault: { code: 'bad-address' } });
    else if (fault) this.#enter({ is: 'stopped', fault });
    else this.#dial(address);
  }

  #dial(address: HubAddress): void {
    const { token, resume } = this.#options;
    // While one side waits for its update, the badge goes on saying so.
    if (!(this.#state.is === 'retrying' && needsUpdate(this.#state.fault))) this.#enter({ is: 'connecting' });
    this.#wire = dial({
      address,
      token,
      cursor: resume.cursor,
      timing: this.#timing,
      onFrame: (frame) => this.#take(frame),
      onEnd: (fault) => this.#lost(fault),
    });
  }

  #take(frame: EventFrame): void {
    const { resume } = this.#options;
    switch (frame.type) {
      case 'hello': {
        this.#version = frame.version;
        this.#cameras = frame.cameras;
        this.#scopes = frame.scopes;
        this.#porch.start(frame.cameras);
        const missed = resume.greet(frame);
        if (missed > 0) this.#enter({ is: 'replaying', events: missed });
        clearTimeout(this.#healthy);
        this.#healthy = setTimeout(() => this.#forgetAbsence(), this.#timing.healthyMs);
        return;
      }
      case 'event':
        if (!resume.take(frame.event)) return;
        this.#porch.take(frame.event);
        for (const user of [...this.#users]) user.onEvent?.(frame.event);
        return;
      case 'gap':
        this.#options.onGap?.(frame);
        return;
      case 'live':
        resume.caughtUp(frame.seq);
        this.#enter({ is: 'connected', version: this.#version });
        return;
    }
  }

  #lost(fault: Fault): void {
    this.#wire = undefined;
    clearTimeout(this.#healthy);
    if (needsEdit(fault)) {
      this.#enter({ is: 'stopped', fault });
      return;
    }
    const { backoff } = this.#timing;
    this.#awaySince ??= performance.now();
    const absence = { attempt: this.#attempt, awayMs: performance.now() - this.#awaySince };
    const inMs = needsUpdate(fault) ? backoff.maxMs : backoffMs(absence, Math.random, backoff);
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#open(), inMs);
    this.#enter({ is: 'retrying', inMs, fault });
  }

  async #close(): Promise<void> {
    clearTimeout(this.#retry);
    clearTimeout(this.#healthy);
    this.#forgetAbsence();
    const wire = this.#wire;
    this.#wire = undefined;
    this.#enter({ is: 'idle' });
    await wire?.close();
  }

  #forgetAbsence(): void {
    this.#attempt = 0;
    this.#awaySince = undefined;
  }

  #enter(state: LinkState): void {
    this.#state = state;
    this.#options.onState?.(state);
    for (const user of [...this.#users]) user.onState(state);
  }
}
