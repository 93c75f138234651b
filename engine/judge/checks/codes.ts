/** Every finding's code, with its default severity and a description, for tables and SARIF. */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

interface Described {
  readonly severity: Severity;
  readonly description: string;
}

export const CODES = {
  'yaml-syntax': { severity: 'error', description: 'The file is not YAML that Hydra can load.' },
  'duplicate-key': { severity: 'error', description: 'A key appears twice in one mapping.' },
  'yaml-1-1': {
    severity: 'warning',
    description: 'YAML 1.1 reads this value as a different type than it appears.',
  },
  'config-missing': { severity: 'error', description: 'A config that is referred to does not exist.' },
  'group-missing': {
    severity: 'error',
    description: 'A defaults list asks for an option that does not exist.',
  },
  composition: { severity: 'error', description: 'Hydra refuses to compose the config.' },
  'launch-script': {
    severity: 'warning',
    description: 'A launch script does not start what it appears to start.',
  },
  'override-refused': { severity: 'error', description: 'Hydra refuses an override.' },
  'interpolation-error': { severity: 'error', description: 'An interpolation cannot be resolved.' },
  'mandatory-missing': { severity: 'error', description: 'A mandatory value (???) is not set.' },
  'self-missing': {
    severity: 'hint',
    description: "A defaults list does not say where the file's own values are composed.",
  },
  'not-evaluated': {
    severity: 'information',
    description: 'An expression cannot be evaluated without running code.',
  },
  'value-shadowed': {
    severity: 'warning',
    description: 'A value has no effect because composition overrides it.',
  },
  'shape-meta-copies-differ': { severity: 'error', description: 'The two copies of shape_meta disagree.' },
  'unknown-key': {
    severity: 'warning',
    description: 'A key that nothing reads looks like a misspelling of one that is read.',
  },
  'target-missing': {
    severity: 'error',
    description: "A _target_ names a class or function that the project's module does not define.",
  },
  'argument-unknown': {
    severity: 'error',
    description: 'A class that the config names does not accept an argument that it is given.',
  },
  'argument-missing': {
    severity: 'error',
    description: 'A class that the config names requires an argument that it is not given.',
  },
  'dataset-missing': { severity: 'error', description: 'The data set does not exist.' },
  'dataset-unreadable': {
    severity: 'error',
    description: 'The data set is not a readable replay buffer.',
  },
  'dataset-inconsistent': {
    severity: 'error',
    description: "The lengths of the data set's arrays and episodes disagree.",
  },
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
  'dimension-names': {
    severity: 'error',
    description: 'The names of dimensions contradict how many there are.',
  },
  'observation-missing': { severity: 'error', description: 'An observation is not in the data set.' },
  'observation-shape-mismatch': {
    severity: 'error',
    description: "An observation's shape differs from the data set's.",
  },
  'rotation-mismatch': {
    severity: 'error',
    description: 'The data set writes rotations in another form than the policy.',
  },
  'gripper-constant': { severity: 'warning', description: 'The gripper never changes in the data set.' },
  'gripper-polarity': {
    severity: 'warning',
    description: "In the data set the gripper's command contradicts its state.",
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
    description: "The training's own source loads weights in a way that does not match this policy.",
  },
  'resume-wins': { severity: 'warning', description: 'A resumed checkpoint overrides what the config says.' },
  'epochs-invalid': { severity: 'error', description: 'num_epochs is not a positive integer.' },
  'epochs-for-scratch': {
    severity: 'hint',
    description: 'A fine-tuning takes as many epochs as a training from scratch.',
  },
  'checkpoint-never': { severity: 'error', description: 'No checkpoint will ever be written.' },
  'warmup-too-long': { severity: 'warning', description: 'The learning rate never finishes its warm-up.' },
  'crop-larger-than-image': { severity: 'error', description: 'The crop is larger than the image.' },
  'horizon-too-short': {
    severity: 'error',
    description: 'The horizon is too short for the observation and action steps.',
  },
  'horizon-too-long': {
    severity: 'warning',
    description: 'The horizon is longer than the episodes of the data set.',
  },
  'heads-do-not-divide': {
    severity: 'error',
    description: "The embedding's width is not divisible by the number of attention heads.",
  },
  'batch-larger-than-data': { severity: 'warning', description: 'A batch is larger than the data set.' },
  'statistics-missing': {
    severity: 'error',
    description: 'Statistics by which a LeRobot policy normalizes are missing.',
  },
  'statistics-mismatch': {
    severity: 'error',
    description: "A LeRobot policy's statistics do not have the width of its features.",
  },
  'dataset-version': {
    severity: 'warning',
    description: 'A LeRobot data set is of a version that LeRobot no longer reads.',
  },
  'policy-invalid': { severity: 'error', description: 'The policy cannot be built from this config.' },
  'policy-unknown': {
    severity: 'information',
    description: 'Only train.py can build this policy class; its checks are limited.',
  },
  'monitor-train-loss': { severity: 'hint', description: 'Checkpoints are chosen by the training loss.' },
  'monitor-never-logged': {
    severity: 'error',
    description: 'Checkpoints are chosen by a metric that the training never logs.',
  },
  'observations-not-loaded': {
    severity: 'error',
    description: 'The training needs observations of more steps than the data set loads.',
  },
  'ema-batch-norm': {
    severity: 'warning',
    description:
      'An average is kept of a policy with BatchNorm, whose running statistics upstream does not average.',
  },
  'cured-by-script': {
    severity: 'hint',
    description: 'A launch script overrides a value that is wrong in the config.',
  },
} as const satisfies Readonly<Record<string, Described>>;

export type CheckCode = keyof typeof CODES;

export function isCheckCode(text: string): text is CheckCode {
  return Object.hasOwn(CODES, text);
}
