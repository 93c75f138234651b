/** A small project that launch scripts train: a primary config, two options of a group, and the Python behind them. */
export const SCRIPT_PROJECT = {
  'train.py': '@hydra.main(config_path="config", config_name="a")\ndef main(cfg): ...\n',
  'config/a.yaml': [
    'defaults:',
    '  - task: pick',
    '  - _self_',
    '_target_: robot.workspace.Workspace',
    'training:',
    '  num_epochs: 10',
    '  resume: False',
    'policy: {n_emb: 32, n_head: 5}',
    '',
  ].join('\n'),
  'config/task/pick.yaml': 'dataset_path: nothing.zarr\n',
  'config/task/place.yaml': 'dataset_path: other.zarr\n',
  'robot/workspace.py': 'class Base: ...\n\nclass Workspace(Base):\n    def __init__(self, cfg): ...\n',
} as const;
