/** Reads the JSON files that LeRobot writes, without loss: floats stay floats, integers keep their digits, Python's NaN is a number. */
import { open, stat } from 'node:fs/promises';
import { withoutMark } from '../../base/byteOrderMark.js';
import { onDisk } from '../../base/diskErrors.js';
import { isPlainMap, type Plain, type PlainMap, PyFloat } from '../../base/plain.js';
import { shownName } from '../../base/shown.js';
import { LerobotError } from './lerobotError.js';

/** A train_config.json has some ten kilobytes, the statistics of a data set with images of many cameras a few hundred. */
const MAX_BYTES = 8 * 2 ** 20;
/** Their configs are six deep; stops text that is made of brackets. */
const MAX_DEPTH = 64;
/** Bounds what a crafted text of small values costs in memory. */
const MAX_VALUES = 1_000_000;

/** The mapping that a JSON file holds. Throws `LerobotError`, and `DiskError` where the file cannot be read. */
export async function readJsonMap(file: string): Promise<PlainMap> {
  const value = parseJsonText(await readText(file), file);
  if (isPlainMap(value)) return value;
  throw new LerobotError('lerobot-json', file, 'is not a JSON object');
}

/** The text of a regular file of a bounded size. */
export async function readText(file: string, most = MAX_BYTES): Promise<string> {
  // Asked before opening: opening a pipe would wait for its writer.
  const found = await onDisk(file, () => stat(file));
  if (!found.isFile()) throw new LerobotError('lerobot-json', file, 'is not a regular file');
  const handle = await onDisk(file, () => open(file, 'r'));
  try {
    const { size } = await handle.stat();
    if (size > most)
      throw new LerobotError('lerobot-json', file, `has ${size} bytes, more than the limit of ${most}`);
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await onDisk(file, () => handle.read(bytes, 0, size, 0));
    return withoutMark(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytesRead)));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new LerobotError('lerobot-json', file, 'is not UTF-8 text', undefined, cause);
  } finally {
    await handle.close();
  }
}

/** One document. A key that stands twice is refused, because parsers take different ones. */
export function parseJsonText(text: string, file: string): Plain {
  const reader = new Reader(text, file);
  const value = reader.value(0);
  reader.end();
  return value;
}

const SPACE = /[ \t\r\n]*/y;
/** Behind its quote; whether its escapes are right is for `JSON.parse` to say. */
const STRING_END = /["\\]/g;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const WORDS: readonly (readonly [word: string, value: Plain])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

class Reader {
  private at = 0;
  private values = 0;

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {}

  value(depth: number): Plain {
    if (depth > MAX_DEPTH) this.fail(`is nested more than ${MAX_DEPTH} deep`);
    this.values += 1;
    if (this.values > MAX_VALUES) this.fail(`has more than ${MAX_VALUES} values`);
    this.space();
    const mark = this.text[this.at];
    if (mark === '{') return this.map(depth);
    if (mark === '[') return this.list(depth);
    if (mark === '"') return this.string();
    const word = WORDS.find(([name]) => this.text.startsWith(name, this.at));
    if (word === undefined) return this.number();
    this.at += word[0].length;
    return word[1];
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) this.fail('has more text behind its value');
  }

  private map(depth: number): PlainMap {
    const entries = new Map<string, Plain>();
    this.items('}', () => {
      this.space();
      if (this.text[this.at] !== '"') this.fail('lacks a key in quotes');
      const key = this.string();
      if (entries.has(key)) this.fail(`has the key ${shownName(key)} twice`);
      this.space();
      if (this.text[this.at] !== ':') this.fail('lacks a colon');
      this.at += 1;
      entries.set(key, this.value(depth + 1));
    });
    return Object.fromEntries(entries);
  }

  private list(depth: number): Plain[] {
    const items: Plain[] = [];
    this.items(']', () => items.push(this.value(depth + 1)));
    return items;
  }

  /** From an opening bracket to behind the closing one. */
  private items(close: string, item: () => void): void {
    this.at += 1;
    this.space();
    if (this.text[this.at] === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      item();
      this.space();
      const mark = this.text[this.at];
      if (mark !== ',' && mark !== close) this.fail(`lacks a comma or ${close}`);
      this.at += 1;
      if (mark === close) return;
    }
  }

  private string(): string {
    STRING_END.lastIndex = this.at + 1;
    for (let found = STRING_END.exec(this.text); found !== null; found = STRING_END.exec(this.text)) {
      if (found[0] === '"') {
        const quoted = this.text.slice(this.at, STRING_END.lastIndex);
        const value = this.parsed(quoted);
        this.at = STRING_END.lastIndex;
        return value;
      }
      STRING_END.lastIndex += 1;
    }
    return this.fail('ends inside a string');
  }

  private parsed(quoted: string): string {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      return this.fail('has a string that is not JSON');
    }
  }

  private number(): Plain {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (found === null) this.fail('lacks a value');
    const [text, fraction, exponent] = found!;
    this.at += text.length;
    const value = Number(text);
    const isFloat = fraction !== undefined || exponent !== undefined;
    if (isFloat) return Number.isInteger(value) ? new PyFloat(value) : value;
    return Number.isSafeInteger(value) ? value : BigInt(text);
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  private fail(what: string): never {
    const line = this.text.slice(0, this.at).split('\n').length;
    throw new LerobotError('lerobot-json', `${this.file}:${line}`, what);
  }
}
