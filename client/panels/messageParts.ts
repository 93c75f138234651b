/** What the messages of all pages are made of, and those that all pages share. */
import * as v from 'valibot';

/** One line of a page; longer text than any real path or name is refused before it is laid out. */
export const line = v.pipe(v.string(), v.maxLength(8_000));
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Any number, including NaN and the infinities; null stands for a missing one. */
export const maybe = v.nullable(v.union([v.number(), v.nan()]));
export const shape = v.pipe(v.array(count), v.maxLength(32));
/** A message is held twice while it is checked; no panel shows more rows than this. */
export const MAX_ROWS = 50_000;
export const rows = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(v.array(item), v.maxLength(MAX_ROWS));

/** Nobody changes a message, or what it was made from. */
type Frozen<Value> = Value extends ArrayBufferView
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;
export type Of<Schema extends v.GenericSchema> = Frozen<v.InferOutput<Schema>>;

/** The first message: what the panel is about, and the page's words in the user's language. */
export const hello = v.object({
  type: v.literal('hello'),
  /** Kept in the page's state, so that a reloaded window finds its subject again. */
  subject: line,
  words: v.record(v.string(), v.string()),
});
/** Answers an action: with `error` it failed. */
export const settled = v.object({ type: v.literal('settled'), id: count, error: v.optional(line) });
export const ready = v.object({ type: v.literal('ready') });

export const banner = v.object({
  severity: v.picklist(['error', 'warning', 'info']),
  code: line,
  message: line,
});
export type Banner = Of<typeof banner>;

export const action = <Item extends v.GenericSchema>(item: Item) =>
  v.object({ type: v.literal('action'), id: count, action: item });
