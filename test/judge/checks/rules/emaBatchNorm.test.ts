/** An average beside BatchNorm encoders that are trained. */
import { describe, test } from 'vitest';
import { expectFix, expectFound, expectNone } from '../fixture.js';
import { policyProject } from '../policyProject.js';

const CODE = 'ema-batch-norm';
const EMA = 'training:\n  use_ema: true\n';
/** Builtin is what the tests' projects are run by otherwise. */
const PYTHON = { runner: 'python' } as const;
const PRIMARY = 'config/train.yaml';

/** The hybrid policy, its `obs_encoder_group_norm` replaced. */
function hybrid(norm: string, more = EMA) {
  const files = policyProject(more);
  return { ...files, [PRIMARY]: files[PRIMARY]!.replace('obs_encoder_group_norm: true', norm) };
}

/** A UNet image policy with what its encoder says of its norms. */
function image(norms: string, more = EMA) {
  const files = policyProject();
  const [head] = files[PRIMARY]!.split('  crop_shape:');
  const policy = head!.replace(/_target_: diffusion_policy.policy.*/, '_target_: a.DiffusionUnetImagePolicy');
  const encoder = `  down_dims: [16, 32]
  obs_encoder:
    _target_: a.MultiImageObsEncoder
    shape_meta: \${shape_meta}
    rgb_model: {_target_: a.get_resnet, name: resnet18, weights: null}
    crop_shape: null
${norms}`;
  const obs = files['config/task/pick.yaml']!.replace('[3, 18, 32]', '[3, 36, 64]');
  return { ...files, [PRIMARY]: `${policy}${encoder}${more}`, 'config/task/pick.yaml': obs };
}

describe(CODE, () => {
  test('found where BatchNorm is set', () =>
    expectFound(
      hybrid('obs_encoder_group_norm: <|false|>'),
      CODE,
      /EMAModel does not follow its running/,
      PYTHON,
    ));
  test('mended', () =>
    expectFix(
      hybrid('obs_encoder_group_norm: false'),
      CODE,
      'Use GroupNorm',
      hybrid('obs_encoder_group_norm: true'),
      PYTHON,
    ));
  test('found at the shared ResNet, which keeps BatchNorm whatever use_group_norm says', () =>
    expectFound(
      image('    use_group_norm: true\n    share_rgb_model: <|true|>\n'),
      CODE,
      /Use GroupNorm, freeze the encoders, or train with the builtin runner$/,
      PYTHON,
    ));
  test.each([
    ['GroupNorm', hybrid('obs_encoder_group_norm: true')],
    ['no EMA', hybrid('obs_encoder_group_norm: false', 'training:\n  use_ema: false\n')],
    ['frozen encoders', image('    share_rgb_model: true\n', `${EMA}  freeze_encoder: true\n`)],
    ['GroupNorm of torchvision’s', image('    use_group_norm: true\n')],
    ['what cannot be built', image('    use_group_norm: 7\n')],
  ])('not found: %s', (_name, files) => expectNone(files, CODE, PYTHON));
  test('not found where the builtin runner trains, whose EMA follows', () =>
    expectNone(hybrid('obs_encoder_group_norm: false'), CODE, { runner: 'builtin' }));
});
