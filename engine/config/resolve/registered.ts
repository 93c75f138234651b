/** Resolvers that the user's Python registers: where, and what is known about their values without running it. */
import { isPlainMap, type Plain, PyFloat } from '../../base/plain.js';
import type { PyValue } from '../python/ops.js';
import type { Call } from './call.js';
import { evaluate, type Refuse } from './evaluate.js';
import type { Found } from './found.js';
import { ANY_NAME, type RegisteredResolver, type ResolverParameter } from './registration.js';

export function registeredFor(call: Call): RegisteredResolver | undefined {
  const { resolvers } = call.resolver.options;
  return resolvers?.get(call.name) ?? resolvers?.get(ANY_NAME);
}

export function callRegistered(call: Call, { code, place }: RegisteredResolver): Found {
  const refuse = () => {
    const what = `is not evaluated: it calls ${call.name}, registered at ${place}`;
    return call.resolver.error(call.path, what, 'not-evaluated');
  };
  if (code === undefined) throw refuse();
  const args = call.args.map((found) => pythonValue(call.resolver.whole(found)));
  if (!args.every((arg) => arg !== undefined)) throw refuse();
  if (code.kind === 'expression')
    return closed(evaluate(code.body, refuse, bound(call, code.parameters, args, refuse)));
  const names = args.map((_, at) => `a${at}`);
  const passed = new Map(args.map((value, at) => [names[at]!, value]));
  return closed(evaluate(`${code.name}(${names.join(',')})`, refuse, passed));
}

/** A resolver's result is an independent value: keys can be looked up in a list or a map. */
function closed(value: Plain): Found {
  return { value, open: true };
}

function bound(
  call: Call,
  parameters: readonly ResolverParameter[],
  args: readonly PyValue[],
  refuse: Refuse,
): ReadonlyMap<string, PyValue> {
  const least = parameters.filter((parameter) => parameter.default === undefined).length;
  if (args.length < least || args.length > parameters.length) {
    const takes = least === parameters.length ? `${least}` : `${least} to ${parameters.length}`;
    throw call.resolver.error(
      call.path,
      `calls ${call.name} with ${args.length} arguments; it takes ${takes}`,
    );
  }
  return new Map(
    parameters.map(({ name, default: otherwise }, at) => {
      const value = at < args.length ? args[at] : pythonValue(evaluate(otherwise!, refuse));
      return [name, value as PyValue];
    }),
  );
}

/** Undefined for a map, which the expression evaluator does not support. */
function pythonValue(value: Plain): PyValue | undefined {
  if (value instanceof PyFloat) return value.value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) {
    const items = value.map((item: Plain) => pythonValue(item));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  return isPlainMap(value) ? undefined : (value as PyValue);
}
