/** A value that composition overrides because of the order in a defaults list: it is written here and has no effect. */
import { basename } from 'node:path';
import { type ConfigNode, isMissing, lookup, placeText, toPlain } from '../../../config/node.js';
import type { Provenance } from '../../../config/provenance.js';
import { samePlain } from '../../../config/python/value.js';
import type { SurveyPart } from '../../../config/survey.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import { selfMovedToEnd } from '../defaultsEdits.js';
import type { Finding, Fix } from '../finding.js';

type FilePlace = Extract<Provenance, { kind: 'file' }>;

export const valueShadowed: Check = {
  run: (context) => {
    const { provenance, tree } = context.survey;
    return [...provenance].flatMap(([path, [winner, ...beaten]]) => {
      const node = lookup(tree, path.split('.'));
      // Mappings are merged key by key; a list is replaced as a whole.
      if (node === undefined || node.kind === 'map' || winner?.kind !== 'file' || isEntry(context, path))
        return [];
      return beaten.flatMap((loser) => judged(context, path, node, winner, loser));
    });
  },
};

function isEntry({ survey }: CheckContext, path: string): boolean {
  return lookup(survey.tree, path.split('.').slice(0, -1))?.kind === 'list';
}

function judged(
  context: CheckContext,
  path: string,
  node: ConfigNode,
  winner: FilePlace,
  loser: Provenance,
): Finding[] {
  if (loser.kind !== 'file' || !loses(context, winner.file, loser.file)) return [];
  const written = nodeAt(context, loser);
  if (written === undefined || isMissing(written) || samePlain(toPlain(written), toPlain(node))) return [];
  const span = context.spanOf(loser);
  const value = context.source(context.spanOf(winner))?.slice(0, 80) ?? '';
  const message = `${path} has no effect here: ${basename(winner.file)}:${winner.line} is composed after this file and sets ${value}`;
  const related = [{ span: context.spanOf(winner), message: `this value is used: ${value}` }];
  return [
    context.finding('value-shadowed', span, message, { related, fixes: fixes(context, winner, loser) }),
  ];
}

/**
 * Whether the losing file's defaults list includes the winning one, which is then composed after it. A config laid over the whole
 * tree (`@package _global_`) is chosen in order to change it.
 */
function loses({ survey }: CheckContext, winner: string, loser: string): boolean {
  const part = survey.parts.find(({ file }) => file === winner);
  if (part === undefined || part.package === '' || winner === loser) return false;
  const parents = new Set<string>();
  let above: SurveyPart | undefined = part;
  while (above?.listedAt?.kind === 'file' && !parents.has(above.listedAt.file)) {
    const parent: string = above.listedAt.file;
    parents.add(parent);
    above = survey.parts.find(({ file }) => file === parent);
  }
  return parents.has(loser);
}

function nodeAt({ survey }: CheckContext, place: FilePlace): ConfigNode | undefined {
  const root = survey.files.get(place.file)?.root;
  const wanted = placeText(place);
  const find = (node: ConfigNode): ConfigNode | undefined => {
    const children =
      node.kind === 'map' ? [...node.entries.values()] : node.kind === 'list' ? node.items : [];
    for (const child of children) {
      const found = find(child);
      if (found !== undefined) return found;
    }
    return placeText(node.place) === wanted ? node : undefined;
  };
  return root === undefined ? undefined : find(root);
}

function fixes(context: CheckContext, winner: FilePlace, loser: FilePlace): Fix[] {
  const file = context.survey.files.get(loser.file);
  const moved = file === undefined ? undefined : selfMovedToEnd(context, file);
  const own = context.source(context.spanOf(loser));
  const isOneLine = loser.line === loser.endLine && winner.line === winner.endLine;
  return [
    ...(own !== undefined && isOneLine
      ? [
          {
            title: `Set it in ${basename(winner.file)}`,
            edits: [{ span: context.spanOf(winner), newText: own }],
          },
        ]
      : []),
    ...(moved === undefined
      ? []
      : [{ title: 'Move _self_ to the end: this file then wins everywhere', edits: moved }]),
  ];
}
