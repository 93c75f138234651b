/** The usual shapes of an action, each filled into the form at once: offered where the widths are those of the shape. */
import type { FormRow } from './dimensionForm.js';

interface Widths {
  readonly old: number;
  readonly now: number;
}

interface Pick {
  readonly fits: (widths: Widths) => boolean;
  readonly rows: (widths: Widths) => FormRow[];
}

/** In the order in which they are offered. */
const PICKS = {
  /** Old dimensions keep their places; what is new follows. */
  inOrder: {
    fits: () => true,
    rows: ({ old, now }) => listed(now, (index) => ({ name: '', from: index < old ? index : null })),
  },
  appendGripper: {
    fits: ({ old, now }) => now === old + 1,
    rows: ({ old, now }) =>
      listed(now, (index) => (index < old ? { name: 'pose', from: index } : { name: 'gripper', from: null })),
  },
  /** Two arms, each of which gets a gripper behind its pose. */
  twoGrippers: {
    fits: ({ old, now }) => old % 2 === 0 && now === old + 2,
    rows: ({ old }) => [...arm('left', 0, old / 2), ...arm('right', old / 2, old / 2)],
  },
  swapArms: {
    fits: ({ old, now }) => old % 2 === 0 && now === old,
    rows: ({ old, now }) =>
      listed(now, (index) => ({
        name: index < old / 2 ? 'right' : 'left',
        from: (index + old / 2) % old,
      })),
  },
  dropLast: {
    fits: ({ old, now }) => now === old - 1 && now > 0,
    rows: ({ now }) => listed(now, (index) => ({ name: '', from: index })),
  },
} as const satisfies Readonly<Record<string, Pick>>;

export type PickName = keyof typeof PICKS;
export const PICK_NAMES = Object.keys(PICKS) as readonly PickName[];

/** Which shapes there are between these widths. */
export function picksFor(widths: Widths): PickName[] {
  return PICK_NAMES.filter((name) => PICKS[name].fits(widths));
}

/** `told` are the rows as the new config names them: its names are kept. */
export function picked(pick: PickName, old: number, told: readonly FormRow[]): FormRow[] {
  const areNamed = told.some(({ name }) => name !== '');
  const rows = PICKS[pick].rows({ old, now: told.length });
  return areNamed ? rows.map(({ from }, index) => ({ name: told[index]!.name, from })) : rows;
}

function listed(count: number, row: (index: number) => FormRow): FormRow[] {
  return Array.from({ length: count }, (_, index) => row(index));
}

function arm(name: string, from: number, width: number): FormRow[] {
  const pose = listed(width, (index) => ({ name, from: from + index }));
  return [...pose, { name: `${name}_gripper`, from: null }];
}
