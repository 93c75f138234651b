/** Which option each group of the defaults lists takes: from the command line, from `override` entries, and from the lists themselves. */

import type { PlainMap } from '../../base/plain.js';
import { ConfigError } from '../configError.js';
import type { Override } from '../overrides/overrides.js';
import { type Entry, optionName, optionOf, overrideKey, type Placed } from './defaultEntry.js';

interface Choice {
  readonly option: Entry['option'];
  readonly where: string;
  readonly external: boolean;
  used: boolean;
}

export class GroupChoices {
  readonly appended: Entry[] = [];
  private readonly choices = new Map<string, Choice>();
  private readonly deletions = new Map<
    string,
    { readonly option: string | undefined; readonly text: string; used: boolean }
  >();
  /** The option of each group that was encountered so far. */
  private readonly known = new Map<string, string | null>();

  /** Records an override of a group. */
  add(override: Override): void {
    const { text, kind, key, value } = override;
    const where = `the override '${text}'`;
    const name = override.package === undefined ? key : `${key}@${override.package}`;
    if (kind === 'force')
      throw refused(where, 'Hydra does not allow ++ on a group', `use +${name}=… or ${name}=…`);
    if (kind === 'delete') {
      const plain = value?.kind === 'scalar' ? value.value : undefined;
      if (value !== undefined && typeof plain !== 'string' && plain !== null)
        throw refused(where, 'the option to delete must be a name');
      this.deletions.set(name, { option: typeof plain === 'string' ? plain : undefined, text, used: false });
      return;
    }
    const option = optionOf(value!, where);
    if (option === null)
      throw refused(where, 'a group must be set to a name or a list, not to null', `delete it: ~${name}`);
    if (kind === 'add') {
      const { package: pack } = override;
      this.appended.push({
        group: key,
        option,
        package: pack,
        optional: false,
        override: false,
        appended: true,
        where,
      });
    } else this.choices.set(name, { option, where, external: true, used: false });
  }

  /** An `override` entry; the command line and earlier configs win over it. */
  remember(placed: Placed): void {
    const key = overrideKey(placed);
    if (this.choices.has(key)) return;
    this.choices.set(key, {
      option: placed.entry.option,
      where: placed.entry.where,
      external: false,
      used: false,
    });
  }

  chosen(placed: Placed): Entry['option'] {
    if (placed.entry.group === undefined) return placed.entry.option;
    const choice = this.choices.get(overrideKey(placed));
    if (choice === undefined) return placed.entry.option;
    choice.used = true;
    return choice.option;
  }

  isDeleted(placed: Placed): boolean {
    const deletion = placed.entry.group === undefined ? undefined : this.deletions.get(overrideKey(placed));
    if (deletion === undefined) return false;
    if (deletion.option !== undefined && deletion.option !== optionName(placed)) return false;
    deletion.used = true;
    return true;
  }

  /** A group may be listed twice only with the same option. */
  meet(placed: Placed): void {
    if (placed.entry.group === undefined) return;
    const key = overrideKey(placed);
    const name = optionName(placed);
    const before = this.known.get(key);
    if (before === undefined) this.known.set(key, name);
    else if (before !== name) {
      throw refused(
        placed.entry.where,
        `sets ${key} to '${name}', but it is '${before}' elsewhere`,
        `to change it, write 'override ${key}: ${name}'`,
      );
    }
  }

  /** The choices so far, for an interpolation in a defaults list. */
  asPlain(): PlainMap {
    return Object.fromEntries(this.known);
  }

  checkUsed(): void {
    for (const [key, { used, where, external }] of this.choices) {
      if (used) continue;
      const group = key.split('@')[0]!;
      const others = [...this.known.keys()].filter((known) => known.split('@')[0] === group);
      const hint =
        others.length > 0
          ? `did you mean ${others.join(' or ')}?`
          : external
            ? `add it with +${key}=…`
            : 'list the group first';
      throw new ConfigError({
        code: 'group-unused',
        file: where,
        message: `no defaults list chooses the group '${key}'`,
        hint,
      });
    }
    for (const { used, text } of this.deletions.values()) {
      if (!used)
        throw refused(
          `the override '${text}'`,
          'no defaults list contains what it deletes',
          'check the group and the option',
        );
    }
  }
}

function refused(where: string, message: string, hint?: string): ConfigError {
  const facts = { code: 'override-refused', file: where, message } as const;
  return new ConfigError(hint === undefined ? facts : { ...facts, hint });
}
