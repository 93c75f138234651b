/** What the user's Python registers as resolvers, as far as its text tells. */

/** Anything but one expression of its arguments is not evaluated. */
export type ResolverCode =
  | { readonly kind: 'expression'; readonly parameters: readonly ResolverParameter[]; readonly body: string }
  /** A function of Python itself. */
  | { readonly kind: 'builtin'; readonly name: string };

export interface ResolverParameter {
  readonly name: string;
  /** An expression; undefined where a value must be given. */
  readonly default: string | undefined;
}

export interface RegisteredResolver {
  readonly file: string;
  readonly line: number;
  /** `train.py:18`, for messages. */
  readonly place: string;
  readonly code?: ResolverCode;
}

/** By name; those that are registered by a name that the text does not tell stand under `ANY_NAME`. */
export type RegisteredResolvers = ReadonlyMap<string, RegisteredResolver>;
export const ANY_NAME = '*';
