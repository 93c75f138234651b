/** Every finding's code, with its severity unless a setting changes it, and what it says, for tables and SARIF. */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

interface Described {
  readonly severity: Severity;
  readonly description: string;
}

export const CODES = {
  'yaml-syntax': { severity: 'error', description: 'The file is no YAML that Hydra loads.' },
  'duplicate-key': { severity: 'error', description: 'A key is written twice in one mapping.' },
  'yaml-1-1': { severity: 'warning', description: 'A value reads as another type than it looks.' },
  'config-missing': { severity: 'error', description: 'A config that is asked for does not exist.' },
  'group-missing': {
    severity: 'error',
    description: 'A defaults list asks for an option that does not exist.',
  },
  composition: { severity: 'error', description: 'Hydra refuses to compose the config.' },
  'launch-script': {
    severity: 'warning',
    description: 'A launch script does not start what it seems to start.',
  },
  'override-refused': { severity: 'error', description: 'Hydra refuses an override.' },
  'interpolation-error': { severity: 'error', description: 'An interpolation cannot be resolved.' },
  'mandatory-missing': { severity: 'error', description: 'A mandatory value (???) is not set.' },
  'self-missing': {
    severity: 'hint',
    description: 'A defaults list does not say where its own values come.',
  },
  'not-evaluated': { severity: 'information', description: 'An expression is not evaluated here.' },
  'value-shadowed': { severity: 'warning', description: 'A value has no effect: composition overrides it.' },
  'shape-meta-copies-differ': { severity: 'error', description: 'The two copies of shape_meta disagree.' },
  'unknown-key': { severity: 'warning', description: 'A key looks like a misspelling of one that is read.' },
  'target-missing': {
    severity: 'error',
    description: "A _target_ names a class or function that the project's module does not hold.",
  },
  'argument-unknown': {
    severity: 'error',
    description: 'A class that the config names does not take an argument that it gets.',
  },
  'argument-missing': {
    severity: 'error',
    description: 'A class that the config names needs an argument that it does not get.',
  },
  'dataset-missing': { severity: 'error', description: 'The data set does not exist.' },
  'dataset-unreadable': {
    severity: 'error',
    description: 'The data set is no replay buffer that can be read.',
  },
  'dataset-inconsistent': { severity: 'error', description: "The data set's arrays and episodes disagree." },
  'dataset-not-finite': {
    severity: 'error',
    description: 'An array that the policy reads holds NaN or infinity.',
  },
  'column-not-finite': {
    severity: 'warning',
    description: 'An array that the policy does not read holds NaN or infinity.',
  },
  'action-dim-mismatch': {
    severity: 'error',
    description: "The action's dimension differs from the data set's.",
  },
  'observation-missing': { severity: 'error', description: 'An observation is not in the data set.' },
  'observation-shape-mismatch': {
    severity: 'error',
    description: "An observation's shape differs from the data set's.",
  },
  'gripper-constant': { severity: 'warning', description: 'The gripper never changes in the data set.' },
  'gripper-polarity': {
    severity: 'warning',
    description: "The gripper's command contradicts its state in the data set.",
  },
  'pretrained-missing': { severity: 'error', description: 'The pretrained checkpoint does not exist.' },
  'pretrained-unreadable': { severity: 'error', description: 'The pretrained checkpoint cannot be read.' },
  'pretrained-incompatible': {
    severity: 'error',
    description: 'The pretrained checkpoint does not fit this policy.',
  },
  'pretrained-ignored': { severity: 'warning', description: 'The pretrained checkpoint will not be loaded.' },
  'weights-not-loaded': {
    severity: 'error',
    description: "The training's own source loads weights in a way that matches no key.",
  },
  'resume-wins': { severity: 'warning', description: 'A resume takes the place of what the config says.' },
  'epochs-invalid': { severity: 'error', description: 'num_epochs is not a positive integer.' },
  'epochs-for-scratch': { severity: 'hint', description: 'As many epochs as a training from scratch.' },
  'checkpoint-never': { severity: 'error', description: 'No checkpoint will ever be written.' },
  'warmup-too-long': { severity: 'warning', description: 'The learning rate never finishes its warm-up.' },
  'crop-larger-than-image': { severity: 'error', description: 'The crop is larger than the image.' },
  'horizon-too-short': {
    severity: 'error',
    description: 'The horizon does not hold the observation and action steps.',
  },
  'heads-do-not-divide': {
    severity: 'error',
    description: "The attention heads do not divide the embedding's width.",
  },
  'batch-larger-than-data': { severity: 'warning', description: 'A batch is larger than the data set.' },
  'policy-invalid': { severity: 'error', description: 'The policy cannot be built from this config.' },
  'policy-unknown': {
    severity: 'information',
    description: 'A policy class that only train.py itself can build.',
  },
  'monitor-train-loss': { severity: 'hint', description: 'Checkpoints are chosen by the training loss.' },
  'monitor-never-logged': {
    severity: 'error',
    description: 'Checkpoints are chosen by a number that the training never logs.',
  },
  'cured-by-script': { severity: 'hint', description: 'A launch script overrides what is wrong here.' },
} as const satisfies Readonly<Record<string, Described>>;

export type CheckCode = keyof typeof CODES;

export function isCheckCode(text: string): text is CheckCode {
  return Object.hasOwn(CODES, text);
}
