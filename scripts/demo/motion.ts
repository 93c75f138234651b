/**
 * One synthetic pick-and-place motion. The gripper switches on arrival, before the arm has visibly stopped, and the arm also
 * stands still where nothing is grasped, so the switches follow from where block and goal are and not from the arm's state.
 */
import { add, length, mix, subtract, type Vec3 } from './vector.js';

/** Uniform draws in [0, 1). */
interface Draws {
  random(): number;
}

export interface Scene {
  /** Top centres of the two stands; the block starts on the first and ends on the second. */
  readonly blockStand: Vec3;
  readonly goalStand: Vec3;
}

export interface Step {
  /** Of the gripper's tip: x, y, z in metres, then a unit quaternion x, y, z, w. */
  readonly pose: readonly number[];
  /** The pose that is commanded at this step. */
  readonly action: readonly number[];
  /** 1 is open: state as reported by the gripper, and command. */
  readonly gripperState: 0 | 1;
  readonly gripperCommand: 0 | 1;
  /** 0 closed … 1 open; takes `FINGER_STEPS` steps from one to the other. */
  readonly opening: number;
  /** Centre of the block. */
  readonly block: Vec3;
}

export interface Motion {
  readonly scene: Scene;
  readonly steps: readonly Step[];
}

/** Edge of the block, m. */
export const BLOCK_SIZE = 0.04;
/** The arm stands still for so many steps after it gave the gripper a new command. */
export const DWELL_STEPS = 5;
/** Steps that the fingers need from open to closed. */
export const FINGER_STEPS = 4;
/** Slowest and fastest episode, m a step. */
export const SPEEDS: readonly [number, number] = [0.014, 0.018];

/** Part of the descents that halt on the way, and for how long. */
const HALTS_IN = 0.4;
const HALT_STEPS: readonly [number, number] = [2, 4];
/** Repeatability of the arm, m. */
const JITTER = 0.0004;

/** A moment of the plan: where the tip shall be, and what the gripper is told. */
interface Moment {
  readonly at: Vec3;
  readonly command: 0 | 1;
}

export function planMotion(draws: Draws): Motion {
  const scene = placeScene(draws);
  const moments = planMoments(scene, draws);
  return { scene, steps: execute(moments, scene, draws) };
}

/** Block and goal on stands of different heights, far enough apart to pass between them. */
function placeScene(draws: Draws): Scene {
  for (;;) {
    const blockStand = placeStand(draws);
    const goalStand = placeStand(draws);
    if (Math.hypot(blockStand[0] - goalStand[0], blockStand[1] - goalStand[1]) > 0.12)
      return { blockStand, goalStand };
  }
}

function placeStand(draws: Draws): Vec3 {
  return [between(draws, 0.4, 0.56), between(draws, -0.12, 0.12), between(draws, 0.01, 0.09)];
}

function planMoments(scene: Scene, draws: Draws): Moment[] {
  const speed = between(draws, ...SPEEDS);
  const path = new Path(speed, [
    between(draws, 0.42, 0.54),
    between(draws, -0.08, 0.08),
    between(draws, 0.18, 0.24),
  ]);
  const grasp = add(scene.blockStand, [0, 0, BLOCK_SIZE / 2]);
  const release = add(scene.goalStand, [0, 0, BLOCK_SIZE / 2]);
  const above = (point: Vec3): Vec3 => add(point, [0, 0, between(draws, 0.07, 0.1)]);
  approach(path, above(grasp), grasp, draws);
  path.command(0);
  path.wait(DWELL_STEPS);
  path.moveTo(above(grasp));
  approach(path, above(release), release, draws);
  path.command(1);
  path.wait(DWELL_STEPS);
  path.moveTo(above(release));
  return path.moments;
}

/** Over the target and down to it, at times with a halt on the way that means nothing. */
function approach(path: Path, over: Vec3, target: Vec3, draws: Draws): void {
  path.moveTo(over);
  const halts = draws.random() < HALTS_IN;
  const halt = { at: draws.random(), steps: Math.round(between(draws, ...HALT_STEPS)) };
  path.moveTo(target, halts ? halt : undefined);
}

/** Straight lines at constant speed. */
class Path {
  readonly moments: Moment[];

  constructor(
    private readonly speed: number,
    start: Vec3,
  ) {
    this.moments = [{ at: start, command: 1 }];
  }

  private get last(): Moment {
    return this.moments[this.moments.length - 1]!;
  }

  /**
   * The step count is rounded up, so a line is a little slower than `speed`, never faster. A halt comes after the part `at`
   * of the steps, but not at the end, where the gripper would be next.
   */
  moveTo(target: Vec3, halt?: { readonly at: number; readonly steps: number }): void {
    const { at, command } = this.last;
    const count = Math.ceil(length(subtract(target, at)) / this.speed - 1e-9);
    const haltAfter = halt === undefined ? count : Math.floor(halt.at * (count - 1));
    if (haltAfter === 0) this.wait(halt!.steps);
    for (let i = 1; i <= count; i++) {
      this.moments.push({ at: mix(at, target, i / count), command });
      if (i === haltAfter && halt !== undefined) this.wait(halt.steps);
    }
  }

  /** Given in the very step in which the arm arrives. */
  command(command: 0 | 1): void {
    this.moments.push({ ...this.moments.pop()!, command });
  }

  wait(steps: number): void {
    for (let i = 0; i < steps; i++) this.moments.push(this.last);
  }
}

/** The arm reaches a commanded pose within one step; the fingers follow their command over `FINGER_STEPS`. */
function execute(moments: readonly Moment[], scene: Scene, draws: Draws): Step[] {
  let opening = 1;
  let block = add(scene.blockStand, [0, 0, BLOCK_SIZE / 2]);
  let held = false;
  return moments.map(({ at, command }, index) => {
    const jitter = (): number => between(draws, -JITTER, JITTER);
    const tip = add(at, [jitter(), jitter(), jitter()]);
    if (held) block = tip;
    const step: Step = {
      pose: [...tip, ...orientation(tip)],
      action: poseOf(moments[Math.min(index + 1, moments.length - 1)]!.at),
      gripperState: opening > 0.5 ? 1 : 0,
      gripperCommand: command,
      opening,
      block,
    };
    // Held from the step in which the fingers have closed, until they begin to open.
    opening = Math.min(1, Math.max(0, opening + (command === 1 ? 1 : -1) / FINGER_STEPS));
    held = opening === 0 || (held && command === 0);
    return step;
  });
}

function poseOf(tip: Vec3): number[] {
  return [...tip, ...orientation(tip)];
}

/** Pointing down, turned with the direction from the base: a half turn about x, then a yaw about z. */
function orientation(tip: Vec3): [number, number, number, number] {
  const half = Math.atan2(tip[1], tip[0]) / 2;
  return [Math.cos(half), Math.sin(half), 0, 0];
}

function between(draws: Draws, low: number, high: number): number {
  return low + (high - low) * draws.random();
}
