/** A gate in a folder of its own, with a clock that stands still, an audit log in memory, and a list for what would be sent. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cut, OriginalFile, Purpose, RedactedFile } from '../../plugin/sharing/contract.ts';
import type { GateEntry } from '../../plugin/sharing/gate/entry.ts';
import { Gate, type GateOptions } from '../../plugin/sharing/gate/gate.ts';
import type { NewRecipient } from '../../plugin/sharing/gate/new-recipient.ts';
import { POLICY } from '../../plugin/sharing/gate/policy.ts';
import type { Actor, Artefact, KeptRecipient, Sending, Share } from '../../plugin/sharing/gate/share.ts';
import { ManualClock } from './manual-clock.ts';

export const FLOW: Actor = { kind: 'program', id: 'flow' };
export const GATE: Actor = { kind: 'gate', as: 'clock' };
export const PIN = 'seven bells';
export const PURPOSE: Purpose = {
  occasion: 'voluntary',
  text: 'A parcel that is gone',
  caseNumber: '26/114',
};
export const CLIP: Cut = {
  clipId: '01JDCLIP',
  camera: { id: 'cam-1', slug: 'front-door', name: 'Front door' },
  from: 1_789_999_000_000,
  to: 1_789_999_030_000,
};
/** Scrypt at no cost, so that tests are about what comes after it. */
export const CHEAP = { N: 16, r: 8, p: 1 };
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

const PLACE: NewRecipient = { name: 'x', class: 'police', channel: 'webdav', address: '', cameras: [] };
export const RECIPIENTS = {
  police: { ...PLACE, name: 'Police station', address: 'https://upload.police.example/dav/' },
  community: { ...PLACE, name: 'Our street', class: 'community', address: 'https://street.example/dav/' },
  household: { ...PLACE, name: 'Ada', class: 'household', channel: 'email', address: 'ada@example.org' },
  adviser: { ...PLACE, name: 'Insurance', class: 'adviser', channel: 'email', address: 'claims@example.org' },
  handover: { ...PLACE, name: 'Officer at the door', channel: 'package' },
} as const satisfies Record<string, NewRecipient>;

export class GateHouse implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'doorstep-gate-'));
  readonly folder = join(this.root, 'gate');
  readonly clock = new ManualClock();
  readonly log: GateEntry[] = [];
  readonly sent: Sending[] = [];
  readonly options: GateOptions;
  gate: Gate;
  owner: Actor & { id: string } = { kind: 'approver', id: '' };

  constructor(options: Partial<GateOptions> = {}) {
    this.options = {
      ...{ folder: this.folder, clock: this.clock, pinCost: CHEAP },
      audit: { append: async (entry) => void this.log.push(entry) },
      send: async (sending) => void this.sent.push(sending),
      ...options,
    };
    this.gate = new Gate(this.options);
  }

  /** With an approver and sharing on. */
  async begin(): Promise<this> {
    this.owner = { kind: 'approver', id: await this.addApprover('Owner') };
    await this.gate.switchOn(this.owner.id, PIN);
    return this;
  }

  async addApprover(name: string): Promise<string> {
    const added = await this.gate.approvers.add(name, PIN);
    if ('refusal' in added) throw new Error(added.refusal);
    return added.id;
  }

  /** Usable at once: a day has gone by. */
  async recipient(kind: keyof typeof RECIPIENTS, parts: Partial<NewRecipient> = {}): Promise<KeptRecipient> {
    const added = await this.newcomer(kind, parts);
    this.clock.advance(DAY);
    return added;
  }

  async newcomer(kind: keyof typeof RECIPIENTS, parts: Partial<NewRecipient> = {}): Promise<KeptRecipient> {
    const added = await this.gate.addRecipient({ ...RECIPIENTS[kind], ...parts }, this.owner.id, PIN);
    if ('refusal' in added) throw new Error(added.refusal);
    return added;
  }

  propose(recipient: { id: string }, by: Actor = this.owner): Share {
    return got(this.gate.propose({ recipientId: recipient.id, clip: CLIP, by }));
  }

  artefact(kind: 'redacted' | 'original' = 'redacted', text = 'pictures'): Artefact {
    const path = join(this.root, `${kind}-${text}.mp4`);
    writeFileSync(path, text);
    const file = { path, bytes: text.length, sha256: sha256(text), contentType: 'video/mp4' as const };
    return kind === 'redacted' ? { kind, file: file as RedactedFile } : { kind, file: file as OriginalFile };
  }

  /** To the page with the field for the PIN. */
  review(recipient: { id: string }, kind: 'redacted' | 'original' = 'redacted'): Share {
    const { id, clip } = this.propose(recipient);
    const until = this.gate.store.time.now().wall + 7 * DAY;
    got(this.gate.act(id, { type: 'describe', by: this.owner, purpose: PURPOSE, until }));
    const original = kind === 'original';
    const { renders } = got(this.gate.render(id, this.owner, { cut: clip, original }));
    return got(
      this.gate.act(id, { type: 'rendered', by: GATE, job: renders, artefact: this.artefact(kind) }),
    );
  }

  secret(id: string, approverId = this.owner.id): string {
    const shown = this.gate.show(id, approverId);
    if ('refusal' in shown) throw new Error(shown.refusal);
    return shown.secret;
  }

  approve(id: string, options: { approverId?: string; urgent?: boolean; pin?: string } = {}) {
    const { approverId = this.owner.id, urgent = false, pin = PIN } = options;
    return this.gate.approve({ secret: this.secret(id, approverId), approverId, pin, urgent });
  }

  state(id: string) {
    return this.gate.store.share(id)?.state;
  }

  /** A new process. */
  async restart(): Promise<void> {
    await this.gate[Symbol.asyncDispose]();
    this.gate = new Gate(this.options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gate[Symbol.asyncDispose]();
    rmSync(this.root, { recursive: true, force: true });
  }
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The share of an outcome; throws its refusal. */
export function got(outcome: { share: Share } | { refusal: string }): Share {
  if ('refusal' in outcome) throw new Error(outcome.refusal);
  return outcome.share;
}

export const WAITS = POLICY.undoMs;
