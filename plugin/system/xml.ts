/**
 * Reads small XML documents that others sent: ONVIF replies, notifications, discovery. Written for bytes that nobody vouches for:
 * time is linear in the length, depth and number of elements are bounded, document types are refused (SOAP 1.2 Part 1, section 5,
 * forbids them) and with them every entity but the five of XML itself. Nothing here throws.
 */

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** Namespace name; empty where there is none, or its prefix is not declared. */
  readonly namespace: string;
  /** By name without prefix; namespace declarations are left out. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own character data, trimmed. */
  readonly text: string;
}

const MAX_DEPTH = 64;
const MAX_ELEMENTS = 20_000;

/** Namespaces by prefix, as declared at one element; those around it follow. */
interface Scope {
  declared: ReadonlyMap<string, string>;
  outer: Scope | undefined;
}

interface Open {
  raw: string;
  scope: Scope | undefined;
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  text: string[];
}

const NAME = /[^\s<>/="'!?]+/y;
const ATTRIBUTE = /\s+([^\s<>/="']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;
const CLOSING = /([^\s<>/="']+)\s*>/y;

/**
 * The root element, or undefined where the text is no well-formed document within the bounds.
 *
 * @param maxElements for documents that list many things
 */
export function parseXml(text: string, maxElements = MAX_ELEMENTS): XmlElement | undefined {
  const stack: Open[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  const close = (): void => {
    const open = stack.pop();
    if (!open) return;
    const element: XmlElement = {
      ...qualify(open.raw, open.scope),
      attributes: open.attributes,
      children: open.children,
      text: open.text.join('').trim(),
    };
    const parent = stack.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  };

  while (at < text.length) {
    const next = text.indexOf('<', at);
    const between = text.slice(at, next < 0 ? text.length : next);
    const parent = stack.at(-1);
    if (parent) parent.text.push(unescapeXml(between));
    else if (between.trim() !== '') return undefined;
    if (next < 0) break;
    at = next + 1;

    const skipped = skipUnread(text, at);
    if (skipped) {
      if (skipped.to < 0 || (skipped.text !== undefined && !parent)) return undefined;
      if (skipped.text !== undefined) parent?.text.push(skipped.text);
      at = skipped.to;
      continue;
    }
    if (text[at] === '/') {
      const name = match(CLOSING, text, at + 1);
      if (!name || name[1] !== parent?.raw) return undefined;
      at = CLOSING.lastIndex;
      close();
      continue;
    }
    if (root || ++elements > maxElements || stack.length >= MAX_DEPTH) return undefined;
    const tag = readTag(text, at, parent?.scope);
    if (!tag) return undefined;
    at = tag.to;
    stack.push({ ...tag, children: [], text: [] });
    if (tag.empty) close();
  }
  return stack.length === 0 ? root : undefined;
}

/** Comments and processing instructions, which nobody reads, and CDATA, which is text. `to` is -1 where it has no end. */
function skipUnread(text: string, at: number): { to: number; text?: string } | undefined {
  const past = (end: string, from: number) => {
    const found = text.indexOf(end, from);
    return found < 0 ? -1 : found + end.length;
  };
  if (text.startsWith('!--', at)) return { to: past('-->', at + 3) };
  if (text[at] === '?') return { to: past('?>', at + 1) };
  if (text.startsWith('![CDATA[', at)) {
    const to = past(']]>', at + 8);
    return { to, text: text.slice(at + 8, to - 3) };
  }
  return text[at] === '!' ? { to: -1 } : undefined;
}

function readTag(text: string, from: number, outer: Scope | undefined) {
  const raw = match(NAME, text, from)?.[0];
  if (raw === undefined) return undefined;
  let at = NAME.lastIndex;
  const attributes = new Map<string, string>();
  const declared = new Map<string, string>();
  for (let found = match(ATTRIBUTE, text, at); found; found = match(ATTRIBUTE, text, at)) {
    at = ATTRIBUTE.lastIndex;
    const [, name = '', quoted, single] = found;
    const value = unescapeXml(quoted ?? single ?? '');
    if (name === 'xmlns') declared.set('', value);
    else if (name.startsWith('xmlns:')) declared.set(name.slice(6), value);
    else attributes.set(name.slice(name.indexOf(':') + 1), value);
  }
  const end = match(TAG_END, text, at);
  if (!end) return undefined;
  const scope = declared.size === 0 ? outer : { declared, outer };
  return { raw, scope, attributes, empty: end[1] === '/', to: TAG_END.lastIndex };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function qualify(raw: string, scope: Scope | undefined): { name: string; namespace: string } {
  const colon = raw.indexOf(':');
  const prefix = raw.slice(0, Math.max(0, colon));
  let at = scope;
  while (at && !at.declared.has(prefix)) at = at.outer;
  return { name: raw.slice(colon + 1), namespace: at?.declared.get(prefix) ?? '' };
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, (whole, entity: string) => {
    if (entity[0] !== '#') return ENTITIES.get(entity) ?? whole;
    const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For text and for attribute values; characters that XML cannot hold are left out. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 has no way to write
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[<>&"']/g, (character) => ESCAPES[character] ?? '')
  );
}

/** The first descendant by this path of names. */
export function findElement(
  element: XmlElement | undefined,
  ...path: readonly string[]
): XmlElement | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}

/** All children of this name. */
export function findElements(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** Text of the first descendant by this path; undefined where there is none, or it is empty. */
export function findText(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  return findElement(element, ...path)?.text || undefined;
}

/** The same as a finite number. */
export function findNumber(element: XmlElement | undefined, ...path: readonly string[]): number | undefined {
  return toNumber(findText(element, ...path));
}

/** A finite number, or undefined. */
export function toNumber(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
