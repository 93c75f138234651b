import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PyFloat } from '../../engine/base/plain.js';
import { compose } from '../../engine/config/compose.js';

const TEXT = `big: 12345678901234567890
one: 1
float: 1.0
huge: 1e30
minus: -0.0
nan: .nan
infinite: -.inf
again: \${big}
text: "\${big} \${float} \${huge}"
sum: \${eval:'\${big} + 1'}
decoded: \${oc.decode:'98765432109876543210'}
`;

test('numbers come through composition as they were written: integers of any size, floats apart from integers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regrip-numbers-'));
  await writeFile(join(folder, 'train.yaml'), TEXT);
  const overrides = ['+x=98765432109876543210', '+y=[2.0,nan,-inf]', '~big=12345678901234567891'];
  const file = join(folder, 'train.yaml');
  const { resolved } = await compose(file, overrides.slice(0, 2), { env: {} });
  expect(resolved).toEqual({
    big: 12345678901234567890n,
    one: 1,
    float: new PyFloat(1),
    huge: new PyFloat(1e30),
    minus: new PyFloat(-0),
    nan: Number.NaN,
    infinite: Number.NEGATIVE_INFINITY,
    again: 12345678901234567890n,
    text: '12345678901234567890 1.0 1e+30',
    sum: 12345678901234567891n,
    decoded: 98765432109876543210n,
    x: 98765432109876543210n,
    y: [new PyFloat(2), Number.NaN, Number.NEGATIVE_INFINITY],
  });
  await expect(compose(file, overrides, { env: {} })).rejects.toMatchObject({ code: 'override-refused' });
  await rm(folder, { recursive: true });
});
