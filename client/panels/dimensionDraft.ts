/** The dimensions part of an adaptation's panel: what a person has changed, and the `--map` of it. */
import { clipped } from './clip.js';
import {
  droppedOf,
  type FormRow,
  isSame,
  mapText,
  oldNames,
  type PlannedField,
  problemsOf,
  rowsOf,
  withName,
  withSource,
  withSuggestion,
} from './dimensionForm.js';
import { type DimensionAction, type DimensionsView, MAX_FIELDS, MAX_WIDTH } from './dimensionMessages.js';
import { picked, picksFor } from './dimensionPicks.js';

/** As the plan's document has it, and how its dimensions were matched. */
export type PlannedDimensions = PlannedField & { readonly by: 'map' | 'names' | 'position' };

interface Draft {
  readonly planned: PlannedDimensions;
  /** What is planned without a map; undefined where that is not known. */
  readonly unmapped: readonly FormRow[] | undefined;
  readonly rows: readonly FormRow[];
}

export class DimensionDraft {
  private drafts: ReadonlyMap<string, Draft>;
  private plannedMaps: string;

  constructor(dimensions: readonly PlannedDimensions[]) {
    this.drafts = new Map(shownOf(dimensions).map((planned) => [planned.field, begun(planned)]));
    this.plannedMaps = this.maps.join('\n');
  }

  /** Of the fields that were changed, as `--map` takes them. */
  get maps(): string[] {
    return [...this.drafts.values()].flatMap(({ planned, unmapped, rows }) =>
      unmapped !== undefined && isSame(rows, unmapped) ? [] : [mapText(planned.field, rows)],
    );
  }

  /** False where the maps contradict themselves, so that no plan can be made of them. */
  get isSound(): boolean {
    return [...this.drafts.values()].every((draft) => problems(draft).length === 0);
  }

  /** Whether the plan that is shown was made with these maps. */
  get isPlanned(): boolean {
    return this.plannedMaps === this.maps.join('\n');
  }

  /** Returns whether anything differs now. */
  change(action: DimensionAction): boolean {
    const draft = this.drafts.get(action.field);
    const rows = draft && changedRows(draft, action);
    if (draft === undefined || rows === undefined) return false;
    this.drafts = new Map(this.drafts).set(action.field, { ...draft, rows });
    return !isSame(rows, draft.rows);
  }

  /** What was planned with `maps`; a field whose widths have changed on disk begins anew. */
  replan(dimensions: readonly PlannedDimensions[], maps: readonly string[]): void {
    const before = this.drafts;
    this.drafts = new Map(
      shownOf(dimensions).map((planned) => {
        const draft = before.get(planned.field);
        const isFit =
          draft?.rows.length === planned.new.width && draft.planned.old.width === planned.old.width;
        if (!isFit) return [planned.field, begun(planned)];
        const unmapped = planned.by === 'map' ? draft.unmapped : rowsOf(planned);
        return [planned.field, { planned, unmapped, rows: draft.rows }];
      }),
    );
    this.plannedMaps = maps.join('\n');
  }

  view(): DimensionsView[] {
    return [...this.drafts.values()].map((draft) => {
      const { planned, unmapped, rows } = draft;
      const old = oldNames(planned);
      const suggested = suggestedSources(draft);
      return {
        field: clipped(planned.field),
        old: old.map(clipped),
        rows: rows.map(({ name, from }, index) => ({
          name: clipped(name),
          from,
          suggested: suggested[index]!,
        })),
        dropped: droppedOf(rows, old.length),
        problems: problems(draft).map(({ kind, index, name }) => ({ kind, index, name: clipped(name) })),
        picks: picksFor({ old: old.length, now: rows.length }),
        suggestions: openSuggestions(draft).map(({ entry, why }) => ({
          entry: clipped(entry),
          why: clipped(why),
        })),
        isChanged: unmapped === undefined || !isSame(rows, unmapped),
      };
    });
  }
}

function shownOf(dimensions: readonly PlannedDimensions[]): PlannedDimensions[] {
  return dimensions
    .filter((planned) => Math.max(planned.old.width, planned.new.width) <= MAX_WIDTH)
    .slice(0, MAX_FIELDS);
}

function begun(planned: PlannedDimensions): Draft {
  const rows = rowsOf(planned);
  return { planned, unmapped: planned.by === 'map' ? undefined : rows, rows };
}

/** Those that would change something. */
function openSuggestions({ planned, rows }: Draft): PlannedDimensions['suggestions'] {
  return planned.suggestions
    .slice(0, MAX_FIELDS)
    .filter(({ entry }) => !isSame(withSuggestion(rows, planned, entry), rows));
}

/** For each row the old dimension that a suggestion puts there, where it differs. */
function suggestedSources({ planned, rows }: Draft): (number | null)[] {
  const changed = planned.suggestions.reduce(
    (made, { entry }) => withSuggestion(made, planned, entry),
    [...rows],
  );
  return changed.map(({ from }, index) => (from === rows[index]!.from ? null : from));
}

function problems({ rows, unmapped }: Draft) {
  return problemsOf(rows, unmapped ?? []);
}

/** Undefined where the action does not fit the field. */
function changedRows({ planned, unmapped, rows }: Draft, action: DimensionAction): FormRow[] | undefined {
  const isThere = (index: number) => index < rows.length;
  switch (action.kind) {
    case 'continueFrom': {
      const { index, from } = action;
      return isThere(index) && (from === null || from < planned.old.width)
        ? withSource(rows, index, from)
        : undefined;
    }
    case 'nameDimension':
      return isThere(action.index) ? withName(rows, action.index, action.name) : undefined;
    case 'pickShape':
      return picksFor({ old: planned.old.width, now: rows.length }).includes(action.pick)
        ? picked(action.pick, planned.old.width, unmapped ?? rows.map(({ from }) => ({ name: '', from })))
        : undefined;
    case 'useSuggestion':
      return withSuggestion(rows, planned, action.entry);
    case 'undoMap':
      return [...(unmapped ?? rows)];
    default:
      return action satisfies never;
  }
}
