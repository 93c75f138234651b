import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFolder } from '../../engine/config/startFolder.js';

let top: string;
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'regrip-start-'));
  await mkdir(join(top, 'project', 'diffusion_policy', 'config'), { recursive: true });
});
afterEach(() => rm(top, { recursive: true, force: true }));

const primary = () => join(top, 'project', 'diffusion_policy', 'config', 'train_robot.yaml');

describe('startFolder', () => {
  it('is the folder that holds the package, without any script', async () => {
    expect(await startFolder(primary())).toBe(join(top, 'project'));
  });

  it('is the folder of the train script that uses the configs', async () => {
    const script =
      "config_path=str(pathlib.Path(__file__).parent.joinpath('project', 'diffusion_policy','config'))";
    await writeFile(join(top, 'train_all.py'), script);
    expect(await startFolder(primary())).toBe(top);
  });

  it('is the folder of the train script that uses the folder above', async () => {
    await writeFile(join(top, 'project', 'train.py'), "config_path='diffusion_policy/config'");
    const config = join(top, 'project', 'diffusion_policy', 'config');
    expect(await startFolder(join(config, 'legacy', 'train_old.yaml'))).toBe(join(top, 'project'));
    await writeFile(join(top, 'train.py'), '# project');
    await rm(join(top, 'project', 'train.py'));
    expect(await startFolder(join(config, 'legacy', 'train_old.yaml'))).toBe(config);
  });

  it('is its own folder where the train script is beside it, whatever configs that uses', async () => {
    const config = join(top, 'project', 'image_pusht_diffusion_policy_cnn.yaml');
    expect(await startFolder(config)).toBe(top);
    await writeFile(join(top, 'project', 'train.py'), "config_path='diffusion_policy/config'");
    expect(await startFolder(config)).toBe(join(top, 'project'));
  });

  it('passes over a train script that uses other configs', async () => {
    await writeFile(join(top, 'train.py'), "config_path='conf'");
    expect(await startFolder(primary())).toBe(join(top, 'project'));
  });

  it('is the parent of any other folder of configs', async () => {
    await mkdir(join(top, 'conf'));
    expect(await startFolder(join(top, 'conf', 'a.yaml'))).toBe(top);
  });
});
