/** Explanations for a terminal and for a hover; names of files and keys stay text in both. */
import { describe, expect, it } from 'vitest';
import { explainKey } from '../../../engine/judge/explain/key.js';
import { explanationMarkdown } from '../../../engine/judge/explain/markdown.js';
import { explanationText } from '../../../engine/judge/explain/text.js';
import { newConfig } from '../../adapt/references.js';

import { explain, index, targetOf } from './targets.js';

describe('renderings', () => {
  it('for a terminal', () => {
    const found = explain('model.head.weight', newConfig);
    expect(explanationText(found)).toBe(`model.head.weight
  output layer of the transformer: token to predicted noise
  in the file  [7, 32] float32, in ema_model
  expected     [8, 32] float32
                8  action dimension ← policy.shape_meta.action.shape[0]
               32  embedding width ← policy.n_emb
  verdict      differs: action dimension: 7 in the file, 8 expected
  adapt        widened [7, 32] → [8, 32], new row 7: N(0, 0.02)
  fix          regrip adapt --old-ckpt policy-7d.json --new-ckpt policy-7d-8d.json --config /robot/train.yaml`);
  });

  it('for a hover', () => {
    expect(explanationMarkdown(explain('model.head.weight', newConfig))).toBe(
      [
        '**`model.head.weight`**  ',
        'output layer of the transformer\\: token to predicted noise',
        '',
        '- in the file: `[7, 32] float32`, in `ema_model`',
        '- expected: `[8, 32] float32`',
        '  - `8` action dimension ← `policy.shape_meta.action.shape[0]`',
        '  - `32` embedding width ← `policy.n_emb`',
        '- **differs**: action dimension\\: 7 in the file\\, 8 expected',
        '- adapt: widened \\[7\\, 32\\] → \\[8\\, 32\\]\\, new row 7\\: N\\(0\\, 0\\.02\\)',
        '',
        '```sh',
        'regrip adapt --old-ckpt policy-7d.json --new-ckpt policy-7d-8d.json --config /robot/train.yaml',
        '```',
      ].join('\n'),
    );
  });

  it('a hover’s places can be links of the editor', () => {
    const place = { kind: 'file', file: '/c/a.yaml', line: 3, column: 1, endLine: 3, endColumn: 2 } as const;
    const target = { ...targetOf(newConfig), provenance: new Map([['policy.n_emb', [place]]]) };
    const found = explainKey({ key: 'model.head.weight' }, { index, target });
    expect(explanationMarkdown(found, () => '[a](file:///c/a.yaml)')).toContain(
      '  - `32` embedding width ← `policy.n_emb` ([a](file:///c/a.yaml))\n',
    );
    expect(explanationText(found)).toContain(' ← policy.n_emb (/c/a.yaml:3:1)\n');
  });

  const hostile = [
    '`</code><img src=x onerror=alert(1)>',
    '](command:evil) ![x](https://evil.test/a.png)',
    'a\n\n# heading\n```\n<script>',
    '``` ` `` x',
    'https://evil.test www.evil.test a@evil.test',
    '\u001b]8;;https://evil.test\u0007x',
    '$(alert) **bold** _it_ | a | b |',
  ];

  it.each(hostile)('%j in a key, an observation, a path or a state dict stays text', (name) => {
    const tensor = { ...index.stateDicts.model![0]!, shape: [3], alias: name };
    const key = `normalizer.params_dict.${name.replaceAll('.', '')}.scale`;
    const tensors = [
      { ...tensor, key },
      { ...tensor, key: name },
    ];
    const found = explainKey(
      { key, stateDict: name },
      {
        index: { ...index, path: `/runs/${name}.ckpt`, stateDicts: { ...index.stateDicts, [name]: tensors } },
        target: { ...targetOf(newConfig), primary: `/robot/${name}.yaml` },
      },
    );
    expect(found.verdict).toBe('only in file');
    const markdown = explanationMarkdown(found);
    const outside = withoutCode(markdown);
    expect(outside).not.toMatch(/(?<!\\)[<>`[\]!$|@_]|https?:|www\./);
    const lines = markdown.split('\n').length;
    expect(lines).toBe(explanationMarkdown({ ...found, key: 'x' }).split('\n').length);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is its purpose
    expect(explanationText(found)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

/** Markdown's own rule: a code span or block ends at the next run of as many backticks. */
function withoutCode(markdown: string): string {
  return markdown.replace(/\\[!-/:-@[-`{-~]|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
}
