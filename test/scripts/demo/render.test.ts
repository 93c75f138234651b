import { expect, test } from 'vitest';
import { motionOf } from '../../../scripts/demo/episodes.js';
import type { Step } from '../../../scripts/demo/motion.js';
import { Renderer } from '../../../scripts/demo/render.js';

const size = { width: 96, height: 72 };
const motion = motionOf(1, 0);
const renderer = new Renderer(size, motion.scene);
const first = motion.steps[0]!;

type Test = (red: number, green: number, blue: number) => boolean;
const isBlock: Test = (red, green, blue) => red > 140 && green < 90 && blue < 90;
const isGoal: Test = (red, green, blue) => green > 110 && red < 90 && blue < 110;
const isFinger: Test = (red, green, blue) => blue > 110 && red < 60 && green < 70;

/** How many pixels pass, and their mean place. */
function find(step: Step, test: Test): { count: number; x: number; y: number } {
  const pixels = renderer.frame(step);
  let [count, x, y] = [0, 0, 0];
  for (let i = 0; i < size.width * size.height; i++) {
    if (!test(pixels[i * 3]!, pixels[i * 3 + 1]!, pixels[i * 3 + 2]!)) continue;
    count++;
    x += i % size.width;
    y += Math.floor(i / size.width);
  }
  return { count, x: x / count, y: y / count };
}

test('block, goal and fingers are seen at the size that is trained on', () => {
  expect(find(first, isBlock).count).toBeGreaterThan(8);
  expect(find(first, isGoal).count).toBeGreaterThan(8);
  expect(find(first, isFinger).count).toBeGreaterThan(4);
});

test('a block that lies elsewhere is seen elsewhere', () => {
  const [x, y, z] = first.block;
  const here = find(first, isBlock);
  const there = find({ ...first, block: [x, y + 0.04, z] }, isBlock);
  expect(Math.abs(there.x - here.x)).toBeGreaterThan(2);
});

test('closed fingers look different from open ones', () => {
  const open = renderer.frame({ ...first, opening: 1 });
  const closed = renderer.frame({ ...first, opening: 0 });
  expect(open.filter((value, i) => value !== closed[i]).length).toBeGreaterThan(20);
});
