/** The project that the suites open: configs, a launch script, recordings, a data set, a 7-D checkpoint, inference logs. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { writeTrainer } from '../work/runners/pythonProject.js';

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/', import.meta.url));

/** What a test can afford: five steps an epoch. */
const SMALL = [
  'training.num_epochs=4',
  'training.max_train_steps=5',
  'training.max_val_steps=1',
  'training.sample_every=2',
  'dataloader.batch_size=2',
  'val_dataloader.batch_size=2',
  '+regrip.sample.steps=2',
  '+regrip.sample.windows=4',
];

/** Its config has what users get wrong: a misspelt key, heads that do not divide, a data set that is not there, 7-D weights. */
const WRONG = `defaults:
  - train_pick
  - _self_

policy:
  n_head: 5
task:
  dataset_path: data/nothing.zarr
training:
  num_epochs: 600
pretrained:
  path: old/policy-7d.ckpt
  load_weights: True
`;

export async function makeWorkspace(folder: string): Promise<string> {
  const place = (name: string) => join(folder, name);
  await mkdir(place('old'), { recursive: true });
  await cp(join(FIXTURES, 'adapt/diffusion_policy'), place('diffusion_policy'), { recursive: true });
  await cp(join(FIXTURES, 'reference/cogact-mini'), place('recordings'), { recursive: true });
  await cp(join(FIXTURES, 'reference/cogact-mini.160x90.zarr'), place('data/pick.zarr'), { recursive: true });
  const task = place('diffusion_policy/config/task/pick.yaml');
  const text = await readFile(task, 'utf8');
  await writeFile(task, text.replace(/dataset_path: .*/, 'dataset_path: data/pick.zarr'));
  await writeFile(place('diffusion_policy/config/train_wrong.yaml'), WRONG);
  await writeTrainer(folder);
  await writeFile(
    place('train.sh'),
    `#!/bin/bash\npython train.py --config-name=train_pick.yaml \\\n  ${SMALL.join(' \\\n  ')}\n`,
  );
  await writeFile(
    place('old/policy-7d.ckpt'),
    gunzipSync(await readFile(join(FIXTURES, 'reference/policy-7d.ckpt.gz'))),
  );
  for (const name of ['frames', 'switches'])
    await cp(join(FIXTURES, `panels/${name}.log.json`), place(`logs/${name}.json`));
  await mkdir(place('.vscode'), { recursive: true });
  const settings = {
    'regrip.runFolders': ['runs'],
    'terminal.integrated.gpuAcceleration': 'off', // its text is in the page then
  };
  await writeFile(place('.vscode/settings.json'), JSON.stringify(settings));
  await writeFile(
    place('failed.log'),
    'RuntimeError: Error(s) in loading state_dict:\n\tsize mismatch for model.head.bias: copying a param with shape torch.Size([7]) from checkpoint, the shape in current model is torch.Size([8]).\n',
  );
  return folder;
}
