/** What the demo's camera sees: table, stands, block, goal, arm and fingers, as RGB pixels. */
import { Canvas, type Color, type Point } from './canvas.js';
import { BLOCK_SIZE, type Scene, type Step } from './motion.js';
import { add, cross, dot, scale, subtract, unit, type Vec3 } from './vector.js';

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

const EYE: Vec3 = [1.02, 0.3, 0.62];
const LOOK_AT: Vec3 = [0.48, 0, 0.1];
/** Focal length in frame widths. */
const FOCAL = 1.75;
const BASE: Vec3 = [0.02, 0, 0.28];

const TABLE: Color = [168, 156, 140];
const WALL: Color = [92, 98, 108];
const STAND: Color = [120, 110, 98];
const BLOCK: Color = [214, 48, 40];
const GOAL: Color = [40, 160, 72];
const ARM: Color = [226, 226, 232];
const HAND: Color = [52, 56, 70];
const FINGER: Color = [24, 40, 150];
const SHADOW: Color = [118, 108, 96];

const FINGER_LENGTH = 0.05;
/** Distance of the opened fingers from the middle, and of the closed ones, m. */
const OPEN_REACH = 0.045;
const CLOSED_REACH = 0.022;

/** Draws all frames of one episode; what doesn't move is drawn once. */
export class Renderer {
  private readonly camera: Camera;
  private readonly background: Canvas;

  constructor(
    private readonly size: FrameSize,
    private readonly scene: Scene,
  ) {
    this.camera = new Camera(size);
    this.background = this.drawBackground();
  }

  /** RGB, (height, width, 3). */
  frame(step: Step): Uint8Array {
    const canvas = new Canvas(this.size.width, this.size.height, this.background);
    const tip: Vec3 = [step.pose[0]!, step.pose[1]!, step.pose[2]!];
    const shadow = this.camera.project([tip[0], tip[1], 0]);
    canvas.ellipse(shadow, this.camera.pixels(0.025, tip), this.camera.pixels(0.015, tip), SHADOW);
    this.drawBox(canvas, this.scene.goalStand, [0.06, 0.06], STAND, GOAL);
    this.drawBox(canvas, this.scene.blockStand, [0.06, 0.06], STAND, shade(STAND, 1.15));
    const fingers = this.fingers(tip, step.opening);
    // The finger behind the block first, then the block, then the one before it.
    this.drawFinger(canvas, fingers.far);
    const top = add(step.block, [0, 0, BLOCK_SIZE / 2]);
    this.drawBox(canvas, top, [BLOCK_SIZE, BLOCK_SIZE], BLOCK, shade(BLOCK, 1.18), BLOCK_SIZE);
    this.drawFinger(canvas, fingers.near);
    this.drawArm(canvas, tip);
    return canvas.pixels;
  }

  private drawBackground(): Canvas {
    const { width, height } = this.size;
    const canvas = new Canvas(width, height);
    canvas.polygon(
      [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ],
      WALL,
    );
    const corners: Vec3[] = [
      [0.15, -0.5, 0],
      [0.15, 0.5, 0],
      [0.8, 0.5, 0],
      [0.8, -0.5, 0],
    ];
    canvas.polygon(
      corners.map((corner) => this.camera.project(corner)),
      TABLE,
    );
    return canvas;
  }

  /** A box under `top`, down to the table or by `height`: two visible sides and the lid. */
  private drawBox(
    canvas: Canvas,
    top: Vec3,
    [sizeX, sizeY]: readonly [number, number],
    side: Color,
    lid: Color,
    height = top[2],
  ): void {
    const corner = (dx: number, dy: number, dz: number): Point =>
      this.camera.project(add(top, [(dx * sizeX) / 2, (dy * sizeY) / 2, dz]));
    const low = -height;
    // The camera stands in front (+x) and to the left (+y).
    canvas.polygon([corner(1, -1, 0), corner(1, 1, 0), corner(1, 1, low), corner(1, -1, low)], side);
    canvas.polygon(
      [corner(1, 1, 0), corner(-1, 1, 0), corner(-1, 1, low), corner(1, 1, low)],
      shade(side, 0.8),
    );
    canvas.polygon([corner(1, 1, 0), corner(-1, 1, 0), corner(-1, -1, 0), corner(1, -1, 0)], lid);
  }

  /** Both fingers as (knuckle, tip), moved apart along the direction across the arm. */
  private fingers(tip: Vec3, opening: number): { near: [Vec3, Vec3]; far: [Vec3, Vec3] } {
    const across = unit([-tip[1], tip[0], 0]);
    const reach = CLOSED_REACH + (OPEN_REACH - CLOSED_REACH) * opening;
    const finger = (side: number): [Vec3, Vec3] => {
      const end = add(add(tip, scale(across, side * reach)), [0, 0, -0.012]);
      return [add(end, [0, 0, FINGER_LENGTH]), end];
    };
    return { near: finger(1), far: finger(-1) };
  }

  private drawFinger(canvas: Canvas, [knuckle, end]: readonly [Vec3, Vec3]): void {
    canvas.bar(
      this.camera.project(knuckle),
      this.camera.project(end),
      this.camera.pixels(0.013, end),
      FINGER,
    );
  }

  private drawArm(canvas: Canvas, tip: Vec3): void {
    const palm = add(tip, [0, 0, FINGER_LENGTH]);
    const wrist = add(palm, [0, 0, 0.05]);
    const elbow = add(scale(add(BASE, wrist), 0.5), [0, 0, 0.14]);
    const across = unit([-tip[1], tip[0], 0]);
    const at = (point: Vec3): Point => this.camera.project(point);
    canvas.bar(at(BASE), at(elbow), this.camera.pixels(0.05, elbow), shade(ARM, 0.85));
    canvas.bar(at(elbow), at(wrist), this.camera.pixels(0.04, wrist), ARM);
    canvas.bar(at(wrist), at(palm), this.camera.pixels(0.032, palm), HAND);
    const reach = scale(across, OPEN_REACH + 0.01);
    canvas.bar(at(subtract(palm, reach)), at(add(palm, reach)), this.camera.pixels(0.018, palm), HAND);
  }
}

/** A pinhole camera. */
class Camera {
  private readonly forward = unit(subtract(LOOK_AT, EYE));
  private readonly right = unit(cross(this.forward, [0, 0, 1]));
  private readonly up = cross(this.right, this.forward);

  constructor(private readonly size: FrameSize) {}

  project(point: Vec3): Point {
    const ray = subtract(point, EYE);
    const perMetre = this.perMetre(point);
    return [
      this.size.width / 2 + dot(ray, this.right) * perMetre,
      this.size.height / 2 - dot(ray, this.up) * perMetre,
    ];
  }

  /** How many pixels `metres` take at the distance of `point`. */
  pixels(metres: number, point: Vec3): number {
    return metres * this.perMetre(point);
  }

  private perMetre(point: Vec3): number {
    return (FOCAL * this.size.width) / dot(subtract(point, EYE), this.forward);
  }
}

function shade(color: Color, by: number): Color {
  const one = (value: number): number => Math.min(255, Math.round(value * by));
  return [one(color[0]), one(color[1]), one(color[2])];
}
