/** The resolvers that a training config may call: OmegaConf's own, Hydra's `now`, and upstream's `eval`. */

import { isPlainMap, type Plain } from '../../base/plain.js';
import { ConfigError } from '../configError.js';
import { MISSING } from '../node.js';
import { pythonText } from '../python/value.js';
import type { Call } from './call.js';
import { evaluate } from './evaluate.js';
import type { Found, Path } from './found.js';
import { callRegistered, registeredFor } from './registered.js';
import type { RegisteredResolver } from './registration.js';
import { strftime } from './strftime.js';

/** The internal resolver for values that only a run knows; configs never write it. */
export const RUN_ONLY = 'regrip.run_only';
/** Stands for a value that is passed from outside and unknown here: what depends on it cannot be resolved, which is not a problem. */
const OUTSIDE = 'regrip.outside';
export const UNKNOWN_VALUE = `\${${OUTSIDE}:}`;
export const UNKNOWN_CODE = 'value-not-known';
/** Stands for a list that Hydra shuffles in each run. */
const SHUFFLED = 'regrip.shuffled';
export const UNKNOWN_ORDER = `\${${SHUFFLED}:}`;
const CALLED = /\$\{[ \t]*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)[ \t]*:/g;
const RUN_ONLY_TEXT = 'is known only in a run';

/** By name: the minimum and maximum number of arguments, and the implementation. */
const RESOLVERS: Readonly<Record<string, readonly [number, number, (call: Call) => Found]>> = {
  eval: [1, 1, evaluated],
  'oc.env': [1, 2, environment],
  'oc.select': [1, 2, selected],
  'oc.decode': [1, 1, decoded],
  'oc.create': [1, 1, created],
  'oc.dict.keys': [1, 1, (call) => ({ value: Object.keys(mapAt(call)[0]), open: true })],
  'oc.dict.values': [1, 1, values],
  'oc.deprecated': [1, 2, (call) => call.resolver.reference(text(call), call.path)],
  hydra: [1, 1, hydras],
  [RUN_ONLY]: [1, 1, inRun],
  [OUTSIDE]: [0, 1, outside],
  [SHUFFLED]: [0, 1, shuffled],
  now: [
    1,
    1,
    (call) => ({
      value: strftime(text(call), call.resolver.options.now ?? new Date(), (what) => failure(call, what)),
    }),
  ],
};

export function callResolver(call: Call): Found {
  const entry = Object.hasOwn(RESOLVERS, call.name) ? RESOLVERS[call.name] : undefined;
  const registered = entry === undefined || call.name === 'eval' ? registeredFor(call) : undefined;
  if (registered !== undefined && !isPythonsEval(call.name, registered))
    return callRegistered(call, registered);
  if (entry === undefined) {
    const known = Object.keys(RESOLVERS)
      .filter((name) => !name.startsWith('regrip.'))
      .join(', ');
    throw call.resolver.error(
      call.path,
      `uses the resolver '${call.name}', which is neither built in (${known}) nor registered by the project's Python`,
    );
  }
  const [fewest, most, resolve] = entry;
  if (call.args.length < fewest || call.args.length > most) {
    throw failure(
      call,
      `takes ${fewest === most ? fewest : `${fewest} to ${most}`} arguments, found ${call.args.length}`,
    );
  }
  return resolve(call);
}

/** Whether `eval` does what its name says. */
function isPythonsEval(name: string, { code }: RegisteredResolver): boolean {
  return name === 'eval' && code?.kind === 'builtin' && code.name === 'eval';
}

/** The resolvers called that only a project's Python can define. */
export function foreignResolvers(texts: readonly string[]): ReadonlySet<string> {
  const called = texts.flatMap((text) => [...text.matchAll(CALLED)].map((match) => match[1]!));
  return new Set(called.filter((name) => name === 'eval' || !Object.hasOwn(RESOLVERS, name)));
}

function evaluated(call: Call): Found {
  const value = call.args[0]!.value;
  if (typeof value !== 'string')
    throw failure(call, `evaluates text, but was given ${pythonText(value)}; put quotes around it`);
  return { value: evaluate(value, (what) => call.resolver.error(call.path, what, 'not-evaluated')) };
}

function environment(call: Call): Found {
  const [, otherwise] = call.args;
  const name = text(call);
  const value = (call.resolver.options.env ?? process.env)[name];
  if (value !== undefined) return { value };
  if (otherwise === undefined)
    throw failure(call, `needs the environment variable ${name}, which is not set`);
  return { value: otherwise.value === null ? null : pythonText(otherwise.value) };
}

/** `${hydra:run.dir}`: null where the section lacks the key, or its value is not set. */
function hydras(call: Call): Found {
  const hydra = call.resolver.hydras();
  if (hydra === undefined) throw failure(call, 'has no value before the config is composed');
  try {
    const found = hydra.select(`hydra.${text(call)}`, [], false);
    if (found === undefined || found.value === MISSING) return { value: null };
    return { value: hydra.whole(found), open: true };
  } catch (cause) {
    if (!(cause instanceof ConfigError) || cause.code !== 'not-evaluated') throw cause;
    const what = `calls hydra:${text(call)}, which ${cause.message.includes(RUN_ONLY_TEXT) ? RUN_ONLY_TEXT : `is not evaluated (${cause.message})`}`;
    throw call.resolver.error(call.path, what, 'not-evaluated');
  }
}

function outside(call: Call): Found {
  throw call.resolver.error(call.path, 'depends on a value that is unknown here', UNKNOWN_CODE);
}

function shuffled(call: Call): Found {
  throw call.resolver.error(call.path, 'is shuffled in each run', 'not-evaluated');
}

/** Placeholder in Hydra's section for a value that was not given with the config. */
function inRun(call: Call): Found {
  const what = `depends on hydra.${text(call)}, which ${RUN_ONLY_TEXT}`;
  throw call.resolver.error(call.path, what, 'not-evaluated');
}

function selected(call: Call): Found {
  const key = text(call);
  if (/^\.*$/.test(key)) throw failure(call, `selects '${key}', which contains it; that is not supported`);
  const found = call.resolver.select(key, call.path, false);
  if (found !== undefined && found.value !== '???') return found;
  return call.args[1] ?? { value: null };
}

function decoded(call: Call): Found {
  const value = call.args[0]!.value;
  if (value === null) return { value };
  if (typeof value !== 'string') throw failure(call, `decodes text, but was given ${pythonText(value)}`);
  return { ...call.resolver.decoded(value, call.path) };
}

function created(call: Call): Found {
  const [found] = call.args;
  const value = call.resolver.whole(found!);
  if (typeof value === 'object' && value !== null) return { value, open: true };
  throw failure(call, `needs a list or a map, but was given ${pythonText(value)}`);
}

function values(call: Call): Found {
  const [map, path] = mapAt(call);
  const { resolver } = call;
  const all = Object.keys(map).map((key) => {
    if (path === undefined) return map[key]!;
    const found = resolver.dereference([...path, key]);
    if (found.value === '???') throw failure(call, `needs '${key}', which is mandatory and not set (???)`);
    return resolver.whole(found);
  });
  return { value: all, open: true };
}

function mapAt(call: Call): [Readonly<Record<string, Plain>>, Path | undefined] {
  const key = text(call);
  const found = call.resolver.select(key, call.path, true);
  if (found === undefined) throw failure(call, `refers to '${key}', which does not exist`);
  if (!isPlainMap(found.value)) throw failure(call, `needs a map, but '${key}' is not one`);
  return [found.value, found.path];
}

function text(call: Call): string {
  const value = call.args[0]!.value;
  if (typeof value !== 'string')
    throw failure(call, `needs text, but was given ${pythonText(value)}; put quotes around it`);
  return value;
}

function failure(call: Call, what: string): Error {
  return call.resolver.error(call.path, `calls ${call.name}, which ${what}`);
}
