/** Finds the lists of records in a log, whatever the order of its keys, and skips everything else. */

import type { JsonScalar, JsonSink } from './jsonTokens.js';
import { JsonFault } from './logError.js';
import { isSection, LAYOUT_OF, type Section } from './records.js';
import type { StepAssembler } from './steps.js';
import type { LogLayout } from './types.js';
import { isMap, isText, type LogValue, ValueBuilder } from './values.js';

export class LogDocument implements JsonSink {
  /** The layout of the first list; lists of other layouts are skipped. */
  layout: LogLayout | undefined;
  checkpoint: string | undefined;
  private depth = 0;
  private lastKey: string | undefined;
  /** How deep the object with the lists lies: 1, or 2 inside `trajectory_log`. */
  private listsAt = 1;
  /** The list whose records come now. */
  private section: Section | undefined;
  /** Builds the record, or the value of `meta`, that is open now. */
  private builder: ValueBuilder | undefined;

  constructor(private readonly steps: StepAssembler) {}

  begin(kind: 'object' | 'array', offset: number): void {
    if (this.builder === undefined) this.enter(kind, offset);
    this.builder?.begin(kind);
    this.depth++;
  }

  end(end: number): void {
    this.depth--;
    if (this.builder !== undefined) {
      const value = this.builder.end();
      if (value !== undefined) this.finish(value, { start: this.builder.start, end });
    } else if (this.depth === this.listsAt) this.section = undefined;
    else if (this.depth === 1) this.listsAt = 1;
  }

  key(name: string): void {
    if (this.builder === undefined) this.lastKey = name;
    else this.builder.name(name);
  }

  value(value: JsonScalar, offset: number): void {
    if (this.builder !== undefined) this.builder.add(value);
    else if (this.depth === 0) throw notALog(offset, 'a single value');
    else if (this.isInList()) this.steps.add(this.section!, value, { start: offset, end: offset });
  }

  private isInList(): boolean {
    return this.section !== undefined && this.depth === this.listsAt + 1;
  }

  /** Decides what the value that opens here is. */
  private enter(kind: 'object' | 'array', offset: number): void {
    if (this.depth === 0) {
      if (kind === 'array') throw notALog(offset, 'a list');
    } else if (this.isInList() || (this.depth === 1 && this.lastKey === 'meta')) {
      this.builder = new ValueBuilder(offset);
    } else if (this.depth === 1 && kind === 'object' && this.lastKey === 'trajectory_log') {
      this.layout ??= 'trajectory_log';
      if (this.layout === 'trajectory_log') this.listsAt = 2;
    } else if (this.depth === this.listsAt && kind === 'array' && isSection(this.lastKey!)) {
      this.layout ??= LAYOUT_OF[this.lastKey];
      if (this.layout === LAYOUT_OF[this.lastKey]) this.section = this.lastKey;
    }
  }

  private finish(value: LogValue, range: { start: number; end: number }): void {
    this.builder = undefined;
    if (this.section !== undefined) {
      this.steps.add(this.section, value, range);
      return;
    }
    const checkpoint = isMap(value) ? value.get('checkpoint') : undefined;
    if (isText(checkpoint)) this.checkpoint = checkpoint.text;
  }
}

function notALog(offset: number, found: string): JsonFault {
  return new JsonFault('damaged', offset, `the file holds ${found}, but a log is an object`);
}
