/** What decides over the options of groups: overrides of the command line and of defaults lists, deletions, additions. */
import { RegripError } from '../base/errors.js';
import { type Choice, type DefaultsEntry, readChoice } from './defaultsEntry.js';
import type { Override } from './overrides.js';
import { placeName } from './place.js';
import type { Provenance } from './types.js';

interface Chosen {
  readonly choice: Choice;
  readonly place: Provenance;
  used: boolean;
}

interface Deletion {
  readonly option: string | undefined;
  readonly override: Override;
  used: boolean;
}

export class Choices {
  /** By override key (`task`, `task@package`). The first one wins: the command line, then the outer defaults list. */
  private readonly chosen = new Map<string, Chosen>();
  private readonly deletions = new Map<string, Deletion>();
  /** The option of each group that took part. */
  readonly known = new Map<string, string | null>();
  /** `+group=option`: go to the end of the primary's defaults list. */
  readonly appended: DefaultsEntry[] = [];

  /** Takes an override of a group from the command line. */
  command(override: Override): void {
    const key = override.package === undefined ? override.key : `${override.key}@${override.package}`;
    const place: Provenance = { kind: 'override', text: override.text, index: override.index };
    if (override.kind === 'force') {
      throw refused(override, 'adds a group by ++', `write +${override.text.slice(2)}`);
    }
    if (override.kind === 'delete') {
      const option = override.value === undefined ? undefined : choiceOf(override);
      if (Array.isArray(option)) throw refused(override, 'deletes a list of options', 'name one option');
      this.deletions.set(key, { option: (option as string | null) ?? undefined, override, used: false });
      return;
    }
    const choice = choiceOf(override);
    if (choice === null) throw refused(override, 'chooses null', `write ~${key} to leave the group out`);
    if (override.kind === 'change') this.chosen.set(key, { choice, place, used: false });
    else {
      this.appended.push({
        kind: 'group',
        group: override.key,
        package: override.package,
        choice,
        optional: false,
        override: false,
        appended: true,
        place,
      });
    }
  }

  /** Takes an `override group: option` entry. */
  entry(key: string, choice: Choice, place: Provenance): void {
    if (!this.chosen.has(key)) this.chosen.set(key, { choice, place, used: false });
  }

  /** The option of an entry that has `key`, and where that was chosen. */
  take(key: string): Chosen | undefined {
    const found = this.chosen.get(key);
    if (found !== undefined) found.used = true;
    return found;
  }

  /** Whether the entry is deleted from the command line. */
  isDeleted(key: string, option: string | null): boolean {
    const found = this.deletions.get(key);
    if (found === undefined || (found.option !== undefined && found.option !== option)) return false;
    found.used = true;
    return true;
  }

  remember(key: string, option: string | null, place: Provenance): void {
    const before = this.known.get(key);
    if (before !== undefined && before !== option) {
      throw new RegripError({
        code: 'group-twice',
        message: `${placeName(place)}: chooses ${key}=${option}, but ${key}=${before} was chosen already`,
        hint: `write 'override ${key}: …' at the end of the defaults list, or ${key}=… on the command line`,
      });
    }
    this.known.set(key, option);
  }

  /** Throws when an override or a deletion met no entry. */
  finish(): void {
    for (const [key, { used, place, choice }] of this.chosen) {
      if (used || isHydraGroup(key)) continue;
      const group = key.split('@')[0]!;
      const near = [...this.known.keys()].filter((known) => known.split('@')[0] === group);
      throw new RegripError({
        code: 'group-unused',
        message: `${placeName(place)}: no defaults list chooses the group '${key}'`,
        hint: near.length > 0 ? `override ${near.sort().join(' or ')}` : `add it with +${key}=${choice}`,
      });
    }
    for (const [key, { used, override }] of this.deletions) {
      if (!used) throw refused(override, `deletes '${key}', which no defaults list chooses`, 'check the key');
    }
  }
}

/** Groups of Hydra itself (`hydra/launcher`): they change how a run is started, never the training's config. */
export function isHydraGroup(key: string): boolean {
  return /^hydra\/(?:env|help|hydra_help|hydra_logging|job_logging|launcher|output|sweeper)(?:@|$)/.test(key);
}

function choiceOf(override: Override): Choice {
  return override.value === undefined ? null : readChoice(override.value);
}

function refused(override: Override, what: string, hint: string): RegripError {
  return new RegripError({
    code: 'override-refused',
    message: `the override '${override.text}' ${what}`,
    hint,
  });
}
