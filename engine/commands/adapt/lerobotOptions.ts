/** Which options of `regrip adapt` have no meaning where the old policy is a folder of LeRobot: such a call is refused, never carried out without them. */
import { basename } from 'node:path';
import { UsageError } from '../../base/errors.js';

interface ForeignCall {
  readonly newCkpt?: string;
  readonly weights: string;
  readonly optimizer: string;
  readonly oldConfig?: string;
  readonly oldOverride: readonly string[];
}

interface ForeignOption {
  /** As the parser names it. */
  readonly name: string;
  readonly text: (call: ForeignCall) => string;
  readonly why: string;
}

/** Every other option counts for LeRobot's policies as well. */
const FOREIGN: readonly ForeignOption[] = [
  {
    name: 'weights',
    text: ({ weights }) => `--weights ${weights}`,
    why: "LeRobot's policies have no second copy of their weights (EMA): those of model.safetensors are kept",
  },
  {
    name: 'optimizer',
    text: ({ optimizer }) => `--optimizer ${optimizer}`,
    why: 'the folder of a LeRobot policy holds no optimizer moments, and a training from it (lerobot-train --policy.path=FOLDER) begins with new ones',
  },
  {
    name: 'oldConfig',
    text: ({ oldConfig }) => `--old-config ${oldConfig}`,
    why: 'the folder of a LeRobot policy has its own config.json',
  },
  {
    name: 'oldOverride',
    text: ({ oldOverride }) => `--old-override ${oldOverride[0]}`,
    why: "overrides are for Hydra's configs, and the folder of a LeRobot policy has its own config.json",
  },
];

/** `isGiven` tells what the user gave from a default. */
export function refuseForeignOptions(
  overrides: readonly string[],
  call: ForeignCall,
  isGiven: (option: string) => boolean,
): void {
  if (overrides.length > 0)
    throw new UsageError(
      `${overrides[0]}: overrides are for Hydra's configs, and the old policy is one of LeRobot`,
      'Change the config.json that --config names.',
    );
  const foreign = FOREIGN.find(({ name }) => isGiven(name));
  if (foreign !== undefined)
    throw new UsageError(`${foreign.text(call)}: ${foreign.why}`, 'Leave the option out.');
  refuseFile(call);
}

function refuseFile({ newCkpt }: ForeignCall): void {
  if (newCkpt === undefined || !/\.(?:ckpt|pt|pth|safetensors)$/.test(newCkpt)) return;
  throw new UsageError(
    `--new-ckpt ${newCkpt}: what is written is a folder, as the old policy is one`,
    `Give it a folder's name, for example ${basename(newCkpt).replace(/\.\w+$/, '')}.`,
  );
}
