/**
 * As much of Home Assistant's templates (https://www.home-assistant.io/docs/configuration/templating/) as discovery messages of ours use:
 * one expression on `value_json`. Whatever else stands in one, and what would be undefined, is an error.
 */

type Value = unknown;
type Evaluate = (json: unknown) => Value;

const UNDEFINED = Symbol('undefined');

const FILTERS: Record<string, (value: Value, ...args: number[]) => Value> = {
  round: (value, digits = 0) => Number(numberOf(value).toFixed(digits)),
  as_datetime: (value) => new Date(numberOf(value) * 1000),
};

/** What Home Assistant makes of a message with this template; without one, the message itself. Throws where it would log an error. */
export function render(template: string | undefined, payload: string): string {
  if (template === undefined) return payload;
  const [, expression] = /^\{\{ (.*) \}\}$/s.exec(template) ?? [];
  if (expression === undefined) throw new Error(`no template of one expression: ${template}`);
  const parser = new Parser(expression);
  return textOf(parser.whole()(JSON.parse(payload)));
}

function textOf(value: Value): string {
  if (value === UNDEFINED) throw new Error('the result is undefined');
  if (value === null) return 'None';
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '+00:00');
  if (typeof value === 'object') throw new Error('the result is no text');
  return String(value);
}

function numberOf(value: Value): number {
  if (typeof value !== 'number') throw new Error(`${String(value)} is no number`);
  return value;
}

class Parser {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/'[^']*'|\d+(\.\d+)?|[\w.]+|[()[\],|/]|[<>=]=?/g) ?? [];
  }

  whole(): Evaluate {
    const result = this.#choice();
    if (this.#at < this.#tokens.length) throw new Error(`"${this.#tokens[this.#at]}" is not understood`);
    return result;
  }

  #take(token: string): boolean {
    const found = this.#tokens[this.#at] === token;
    if (found) this.#at++;
    return found;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new Error(`"${token}" is missing`);
  }

  /** `a if b else c` */
  #choice(): Evaluate {
    const yes = this.#test();
    if (!this.#take('if')) return yes;
    const condition = this.#test();
    this.#expect('else');
    const no = this.#choice();
    return (json) => (condition(json) === true ? yes(json) : no(json));
  }

  #test(): Evaluate {
    const left = this.#quotient();
    if (this.#take('is')) {
      this.#expect('defined');
      return (json) => left(json) !== UNDEFINED;
    }
    if (this.#take('>')) {
      const right = this.#quotient();
      return (json) => numberOf(left(json)) > numberOf(right(json));
    }
    if (!this.#take('in')) return left;
    const list = this.#list();
    return (json) => list.includes(textOf(left(json)));
  }

  #quotient(): Evaluate {
    const left = this.#filtered();
    if (!this.#take('/')) return left;
    const right = this.#filtered();
    return (json) => numberOf(left(json)) / numberOf(right(json));
  }

  /** Filters bind closer than anything else. */
  #filtered(): Evaluate {
    let value = this.#primary();
    while (this.#take('|')) {
      const name = this.#tokens[this.#at++] ?? '';
      const filter = FILTERS[name];
      if (!filter) throw new Error(`there is no filter "${name}"`);
      const args = this.#take('(') ? [Number(this.#tokens[this.#at++])] : [];
      if (args.length > 0) this.#expect(')');
      const before = value;
      value = (json) => filter(before(json), ...args);
    }
    return value;
  }

  #list(): string[] {
    const entries: string[] = [];
    this.#expect('[');
    while (!this.#take(']')) {
      entries.push((this.#tokens[this.#at++] ?? '').slice(1, -1));
      this.#take(',');
    }
    return entries;
  }

  #primary(): Evaluate {
    if (this.#take('(')) {
      const inner = this.#choice();
      this.#expect(')');
      return inner;
    }
    const token = this.#tokens[this.#at++] ?? '';
    if (token.startsWith("'")) return () => token.slice(1, -1);
    if (/^\d/.test(token)) return () => Number(token);
    if (token === 'None') return () => null;
    const [root, ...path] = token.split('.');
    if (root !== 'value_json') throw new Error(`"${token}" is not understood`);
    return (json) => path.reduce(step, json);
  }
}

function step(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) throw new Error(`nothing has a field "${key}"`);
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : UNDEFINED;
}
