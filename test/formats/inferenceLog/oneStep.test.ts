import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readLogFrame, readLogStep } from '../../../engine/formats/inferenceLog/oneStep.js';
import { ownFolder } from '../../ownFolder.js';
import { fixture, logOf, read } from './logs.js';

const folder = ownFolder();

test.each(['steps.json', 'older.json', 'trajectory.json'])(
  'each step of %s is read again by its bytes',
  async (name) => {
    const path = fixture(name);
    const { steps, summary } = await read(path);
    expect(steps.length).toBeGreaterThan(3);
    for (const step of steps) {
      const again = await readLogStep(path, { layout: summary.layout, kind: step.kind, range: step.range });
      expect(again).toMatchObject({ kind: step.kind, action: step.action, gripper: step.gripper });
      if (summary.layout === 'steps') expect(again.state).toEqual(step.state);
    }
  },
);

test('a frame is decoded, with or without the header of a data URL', async () => {
  const path = fixture('steps.json');
  const { steps } = await read(path);
  expect(Buffer.from(await readLogFrame(path, steps[7]!.image!)).toString('latin1')).toBe(
    '\xff\xd8 a camera frame \xff\xd9',
  );
  const url = `data:image/jpeg;base64,${Buffer.from('frame').toString('base64')}`;
  await writeFile(folder.path('a.json'), `"${url}"`);
  const frame = await readLogFrame(folder.path('a.json'), { start: 1, end: 1 + url.length });
  expect(Buffer.from(frame).toString()).toBe('frame');
});

test('a file that has changed is told, and so is a range that no step has', async () => {
  const path = folder.path('a.json');
  await writeFile(path, JSON.stringify(logOf([0, 1])));
  const { range } = (await read(path)).steps[1]!;
  const place = { layout: 'steps', kind: 'answer', range } as const;
  const code = (at: Parameters<typeof readLogStep>[1]) => expect(readLogStep(path, at)).rejects;
  await code({ ...place, range: { start: range.start + 1, end: range.end } }).toMatchObject({
    code: 'log-json',
  });
  await code({ ...place, range: { start: 0, end: 10 ** 9 } }).toMatchObject({ code: 'log-bound' });
  await writeFile(path, JSON.stringify(logOf([0])));
  await code(place).toMatchObject({ code: 'log-json', file: path });
  await writeFile(path, `${'{}'.padEnd(range.start)}5${' '.repeat(500)}`);
  await code(place).toMatchObject({ code: 'log-json' });
});
