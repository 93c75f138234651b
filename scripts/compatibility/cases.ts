/** The config trees of a checkout and what is asked of each: every config alone, every group option, a set of overrides. */
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

interface Tree {
  /** Absolute path of the config root. */
  readonly root: string;
  /** All its configs by Hydra's name, without `.yaml`; those of the root first. */
  readonly configs: readonly string[];
}

export interface Case {
  readonly dir: string;
  readonly config: string;
  readonly overrides: readonly string[];
  /** Scripts of the project: what they register with OmegaConf, their own small functions included, is registered in the comparison too. */
  readonly scripts?: readonly string[];
}

const SKIPPED = new Set(['.git', 'node_modules', '.github', '.circleci', 'website', 'news']);

/**
 * A config root is the topmost folder with YAML files in it, or one called conf or config with YAML files below it; groups lie
 * below. The checkout itself is none: its YAML files are those of package managers and services.
 */
export function findTrees(checkout: string): Tree[] {
  return folders(checkout)
    .flatMap((name) => treesAt(join(checkout, name)))
    .sort((a, b) => (a.root < b.root ? -1 : 1));
}

function treesAt(folder: string): Tree[] {
  const files = readdirSync(folder).filter(isConfig);
  const named = /^(conf|config|configs)$/.test(basename(folder));
  const configs = files.length > 0 || named ? configsBelow(folder, '') : [];
  if (configs.length > 0) return [{ root: folder, configs }];
  return folders(folder).flatMap((name) => treesAt(join(folder, name)));
}

function folders(path: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name)).map(({ name }) => name);
}

/**
 * A tree with a `hydra/config.yaml` of its own is refused by Hydra 1.3 as a whole; so that its configs are compared all the same,
 * a copy without that file takes its place.
 */
export async function withoutShadow(tree: Tree): Promise<Tree> {
  if (!tree.configs.includes('hydra/config')) return tree;
  const root = join(await mkdtemp(join(tmpdir(), 'regrip-compatibility-')), basename(tree.root));
  await cp(tree.root, root, { recursive: true });
  await rm(join(root, 'hydra', 'config.yaml'));
  return { root, configs: tree.configs.filter((name) => name !== 'hydra/config') };
}

function isConfig(name: string): boolean {
  return name.endsWith('.yaml') && !name.startsWith('.');
}

function configsBelow(root: string, group: string): string[] {
  const path = (name: string): string => (group === '' ? name : `${group}/${name}`);
  const files = readdirSync(join(root, group)).filter(isConfig).sort();
  return [
    ...files.map((name) => path(name.slice(0, -'.yaml'.length))),
    ...folders(join(root, group)).flatMap((name) => configsBelow(root, path(name))),
  ];
}

/** Asked of every config of a root: changes of kinds that users make, whether or not the config has such keys. */
const EVERYWHERE: readonly (readonly string[])[] = [
  [],
  ['+regrip_new.key=1'],
  ['++regrip_new="a b"', '+regrip_list=[1,2.0,x,null]', '+regrip_map={a:1e-3,b:[yes,off]}'],
  ["+regrip_text='it\\'s'", '+regrip_half=${regrip_number}', '+regrip_number=0.5'],
  ['regrip_missing=1'],
  ['~regrip_missing'],
];

export function casesOf({ root, configs }: Tree): Case[] {
  const primaries = configs.filter((name) => !name.includes('/'));
  const alone = configs
    .filter((name) => name.includes('/'))
    .map((config) => ({ dir: root, config, overrides: [] }));
  return [
    ...primaries.flatMap((config) => [
      ...EVERYWHERE.map((overrides) => ({ dir: root, config, overrides })),
      ...ownKeys(join(root, `${config}.yaml`)).flatMap((key) => [
        { dir: root, config, overrides: [`${key}=changed`] },
        { dir: root, config, overrides: [`~${key}`] },
      ]),
      ...groupOptions(configs).map((override) => ({ dir: root, config, overrides: [override] })),
    ]),
    ...alone,
  ];
}

/** Top-level keys as they are written; a rough look is enough, since each only makes another case. */
function ownKeys(file: string): string[] {
  const keys = [...readFileSync(file, 'utf8').matchAll(/^([A-Za-z_][\w]*):/gm)].map((match) => match[1]!);
  return keys.filter((key) => key !== 'defaults' && key !== 'hydra').slice(0, 4);
}

/** Every option of every group, chosen and appended. */
function groupOptions(configs: readonly string[]): string[] {
  const inGroups = configs.filter((name) => name.includes('/'));
  return inGroups.slice(0, 24).flatMap((name) => {
    const at = name.lastIndexOf('/');
    const choice = `${name.slice(0, at)}=${name.slice(at + 1)}`;
    return [choice, `+${choice}`];
  });
}

export function nameOf(checkout: string, { dir, config, overrides }: Case): string {
  return [relative(checkout, join(dir, config)), ...overrides].join(' ');
}
