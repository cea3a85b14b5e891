/**
 * What the log can say. Each kind of entry has its own facts and no others: ids, hashes, times, and words from closed lists. There is no
 * place for footage, a PIN, an address, the name of a recipient or of anybody filmed; what the owner wrote as the purpose is here as its hash
 * alone. Who asked in an official capacity is named, since that is what the log is for; such text goes after the retention.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { RECIPIENT_CLASSES } from '../../../protocol/sharing.ts';
import { CHANNELS, OCCASIONS, STATES } from '../contract.ts';

/** Whose hand or rule it was. */
export const ACTORS = [
  'owner',
  'household',
  'homekit',
  'program',
  'command-line',
  'clock',
  'restart',
] as const;

const facts = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

const Id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** A word of the program for why something went as it did, such as `rate-limited`. */
const Code = Type.String({ pattern: '^[a-z0-9-]{1,40}$' });
/** Epoch ms. */
const Time = Type.Integer({ minimum: 0 });
const Count = Type.Integer({ minimum: 0 });
const Official = Type.String({ minLength: 1, maxLength: 200 });
const Actor = Type.Enum(ACTORS);
const recipient = {
  recipient: Id,
  class: Type.Enum(RECIPIENT_CLASSES),
  channel: Type.Enum(CHANNELS),
  usableFrom: Time,
  expiresAt: Type.Optional(Time),
};

/** Of each kind, by its name. A kind never changes its meaning: old logs must stay readable. */
export const ENTRY_FACTS = {
  /** The first entry: which log this is, and who signs its heads. */
  'log-begun': facts({
    log: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    key: Type.String({ pattern: '^ssh-ed25519 [A-Za-z0-9+/=]{68}$' }),
  }),
  /** A crash left so many bytes of an entry behind that nobody had been told of; they were removed. */
  'line-cut-off': facts({ bytes: Count }),
  /** The texts of all entries after the first, up to and with `through`, are dropped: they are older than `before`. */
  'texts-dropped': facts({ through: Count, before: Time }),

  /** Anything may switch it off, and only the owner on. */
  'sharing-switched': Type.Union([
    facts({ on: Type.Literal(false), by: Actor }),
    facts({ on: Type.Literal(true), by: Type.Literal('owner') }),
  ]),
  'pin-set': facts({ approver: Id }),
  'pin-refused': facts({ approver: Type.Optional(Id), triesLeft: Count }),
  'pin-locked': facts({ until: Time }),

  'recipient-added': facts(recipient),
  'recipient-changed': facts(recipient),
  'recipient-removed': facts({ recipient: Id }),

  'share-proposed': facts({
    ...{ share: Id, recipient: Id, clip: Id, camera: Id, from: Time, to: Time },
    by: Actor,
  }),
  'share-moved': facts({
    ...{ share: Id, from: Type.Enum(STATES), to: Type.Enum(STATES) },
    by: Actor,
    why: Type.Optional(Code),
  }),
  /** The owner's hand, with what exactly was approved. */
  'share-approved': facts({
    ...{ share: Id, approver: Id, sha256: Sha256, recipient: Id, channel: Type.Enum(CHANNELS) },
    redacted: Type.Boolean(),
    expiresAt: Time,
    purpose: facts({
      occasion: Type.Enum(OCCASIONS),
      textSha256: Sha256,
      caseNumber: Type.Optional(Official),
      agency: Type.Optional(Official),
      officer: Type.Optional(Official),
      legalBasis: Type.Optional(Official),
    }),
  }),
  /** Written before anything leaves; without a `release-ended` behind it, nobody knows whether it did. */
  'release-begun': facts({ share: Id, sha256: Sha256, recipient: Id, channel: Type.Enum(CHANNELS) }),
  'release-ended': facts({
    share: Id,
    outcome: Type.Enum(['delivered', 'failed', 'unknown']),
    why: Type.Optional(Code),
  }),
  'revoke-begun': facts({ share: Id }),
  'revoke-ended': facts({
    share: Id,
    outcome: Type.Enum(['revoked', 'failed', 'unknown']),
    why: Type.Optional(Code),
  }),
  /** `sha256`: of the bag's tag manifest. */
  'bag-made': facts({ share: Id, sha256: Sha256 }),
};

export type EntryKind = keyof typeof ENTRY_FACTS;
export type EntryFacts<K extends EntryKind = EntryKind> = Static<(typeof ENTRY_FACTS)[K]>;

/** Whether these are facts of that kind, with nothing beside them. */
export function fits<K extends EntryKind>(kind: K, value: unknown): value is EntryFacts<K> {
  return Value.Check(ENTRY_FACTS[kind], value);
}
