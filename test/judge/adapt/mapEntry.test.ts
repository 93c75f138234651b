/** The words of `--map`. */
import { describe, expect, it } from 'vitest';
import { addMap, mapTexts } from '../../../engine/judge/adapt/mapEntry.js';

const entries = (text: string) => addMap(text).get('action');

describe('an entry', () => {
  it.each([
    ['pose=0:7', { name: 'pose', from: { kind: 'range', range: { start: 0, end: 7 } } }],
    ['gripper=new', { name: 'gripper', from: { kind: 'new' } }],
    ['hand=new:6', { name: 'hand', from: { kind: 'new', width: 6 } }],
    ['left_gripper@7', { name: 'left_gripper', at: { start: 7 }, from: { kind: 'same' } }],
    ['hand@7:13=new', { name: 'hand', at: { start: 7, end: 13 }, from: { kind: 'new' } }],
    ['0:7=1:8', { at: { start: 0, end: 7 }, from: { kind: 'range', range: { start: 1, end: 8 } } }],
    ['7=new', { at: { start: 7, end: 8 }, from: { kind: 'new' } }],
    ['right=left', { name: 'right', from: { kind: 'name', name: 'left' } }],
    ['right', { name: 'right', from: { kind: 'same' } }],
    [
      'main_shoulder.pos = 3',
      { name: 'main_shoulder.pos', from: { kind: 'range', range: { start: 3, end: 4 } } },
    ],
  ])('%s', (text, expected) => expect(entries(text)).toEqual([{ text, ...expected }]));

  it.each([
    ['', 'an entry is empty'],
    ['a=0,', 'an entry is empty'],
    ['=3', 'is not NEW=OLD'],
    ['a=', 'is not NEW=OLD'],
    ['a=b=c', 'is not NEW=OLD'],
    ['0:7', 'does not say what it continues'],
    ['a=5:5', '5:5 is empty'],
    ['a=5:2', '5:2 is empty'],
    ['a=0:9999999', '9999999 is too large'],
    ['new=0', 'is neither a name nor a range'],
    ['a b=0', 'is neither a name nor a range'],
    ['a=b@3', 'is not a place in the old policy'],
    ['a=new:0', '0:0 is empty'],
  ])('%s is refused: %s', (text, why) => expect(() => addMap(text)).toThrow(why));
});

describe('several entries', () => {
  it('are parted by commas, and repeated options are added', () => {
    expect(entries('a=0, b=1')?.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(addMap('b=1', addMap('a=0')).get('action')).toHaveLength(2);
  });

  it('belong to the observation that stands in front', () => {
    const maps = addMap('observation.state: x=0,y=new', addMap('0:7=1:8'));
    expect([...maps.keys()]).toEqual(['action', 'observation.state']);
    expect(maps.get('observation.state')).toHaveLength(2);
    expect(addMap('action: a=0:7').get('action')).toHaveLength(1);
  });

  it('are written as they were read', () => {
    const texts = ['pose=0:7,gripper=new', 'agent_pos: x=0'];
    expect(mapTexts(texts.reduce((maps, text) => addMap(text, maps), addMap('a=9')))).toEqual([
      'a=9,pose=0:7,gripper=new',
      'agent_pos: x=0',
    ]);
  });
});
