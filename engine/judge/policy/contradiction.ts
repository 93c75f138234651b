/** Settings that belong to another policy class than the one that a config names. */
import type { PlainMap } from '../../base/plain.js';
import { lastName, mapAt, PolicyConfigError, textAt } from './config.js';
import type { PolicyFamily } from './family.js';

const POLICY = 'policy';
/** Classes that a message names. */
const SHOWN = 2;

/** Throws `PolicyConfigError` that names both classes: the one of the config, and whose setting it is given. */
export function refuseForeignSettings(
  config: PlainMap,
  family: PolicyFamily,
  families: readonly PolicyFamily[],
): void {
  const own = settingsOf(family);
  // Nobody mistakes a config of LeRobot for one of upstream's, and generic names such as device are settings of the one alone.
  const others = families.filter((each) => each !== family && each.trainedBy === family.trainedBy);
  const foreign = Object.keys(mapAt(config, [POLICY])).filter(
    (name) => !own.has(name) && others.some((each) => settingsOf(each).has(name)),
  );
  const [first] = foreign;
  if (first === undefined) return;
  const takesAll = others.filter((each) => foreign.every((name) => settingsOf(each).has(name)));
  const whose = takesAll.length > 0 ? takesAll : others.filter((each) => settingsOf(each).has(first));
  const classes = named(whose.flatMap((each) => each.classes));
  const target = textAt(config, [POLICY, '_target_']);
  const lacks =
    foreign.length === 1 ? 'which has no such setting' : `which has none of ${foreign.join(', ')}`;
  throw new PolicyConfigError(
    [POLICY, first],
    `is a setting of ${classes}, but policy._target_ is ${target}, ${lacks}`,
    `Name the class that was meant, or remove what ${lastName(target)} does not take.`,
  );
}

/** A setting of many classes tells none of them apart. */
function named(classes: readonly string[]): string {
  const others = classes.length - SHOWN;
  return others > 1 ? `${classes.slice(0, SHOWN).join(', ')} or ${others} others` : classes.join(' or ');
}

function settingsOf({ configSections }: PolicyFamily): ReadonlySet<string> {
  return new Set(configSections.flatMap(({ path, keys }) => (path === POLICY ? keys : [])));
}
