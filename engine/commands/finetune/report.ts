/** A training for a person to read: one row per epoch, and a progress line in between. */

import { counted } from '../../base/counted.js';
import { unreachable } from '../../base/errors.js';
import { exponential, fixed, NONE, precise } from '../../base/numberText.js';
import { onOneLine } from '../../base/shown.js';
import type { TrainEvent, TrainResult } from '../../wire/workerMessages.js';

type Told =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'nothing' };

interface Cell {
  readonly title: string;
  readonly width: number;
  readonly text: (log: Readonly<Record<string, number>>) => string;
}

const CELLS: readonly Cell[] = [
  { title: 'epoch', width: 6, text: (log) => String(log['epoch']) },
  { title: 'train loss', width: 11, text: (log) => lossText(log['train_loss']) },
  { title: 'val loss', width: 9, text: (log) => lossText(log['val_loss']) },
  { title: 'position', width: 10, text: (log) => withUnit(log['val_position_error_m'], 1000, 1, ' mm') },
  { title: 'rotation', width: 9, text: (log) => withUnit(log['val_rotation_error_deg'], 1, 1, '°') },
  { title: 'gripper (hold)', width: 16, text: (log) => pair(log, 'gripper_accuracy') },
  { title: 'switch F1 ±2 (hold)', width: 21, text: (log) => pair(log, 'gripper_f1_2') },
];

const PHASES = { validating: 'validating', writing: 'writing a checkpoint' } as const;

export class TrainReport {
  private headed = false;

  tell(event: TrainEvent): Told {
    switch (event.event) {
      case 'start':
        return { kind: 'note', text: startText(event) };
      case 'note':
        return { kind: 'note', text: onOneLine(event.message) };
      case 'features':
        return { kind: 'progress', text: `image features: ${event.done} of ${event.total} frames` };
      case 'step':
        return { kind: 'progress', text: stepText(event) };
      case 'phase':
        return { kind: 'progress', text: PHASES[event.phase] };
      case 'epoch':
        return { kind: 'line', text: this.row(event) };
      case 'checkpoint':
        return { kind: 'nothing' };
      case 'paused':
        return { kind: 'note', text: 'paused, after writing a checkpoint' };
      case 'continued':
        return { kind: 'note', text: 'resumed' };
      case 'notFinite':
        return { kind: 'nothing' }; // reported by the error that ends the training
      default:
        return unreachable(event);
    }
  }

  result(result: TrainResult): string {
    const best = result.best === null ? '' : `; best ${result.best.monitor} ${precise(result.best.value, 4)}`;
    return `${result.state} after ${counted(result.epochs, 'epoch')}${best}\nrun folder: ${onOneLine(result.runDir)}`;
  }

  private row(event: Extract<TrainEvent, { event: 'epoch' }>): string {
    const speed = `${fixed(event.stepsPerSecond, 2)} steps/s, ${duration(event.secondsLeft)} left`;
    const row = `${CELLS.map((cell) => cell.text(event.log).padStart(cell.width)).join('')}  ${speed}`;
    if (this.headed) return row;
    this.headed = true;
    return `${CELLS.map((cell) => cell.title.padStart(cell.width)).join('')}\n${row}`;
  }
}

function startText(event: Extract<TrainEvent, { event: 'start' }>): string {
  const how = {
    scratch: 'training FROM SCRATCH',
    weights: `training from ${onOneLine(event.from ?? '')}`,
    resume: `resuming ${onOneLine(event.from ?? '')} at epoch ${event.firstEpoch}`,
  }[event.start];
  return `${how}\n${onOneLine(event.device)}; ${windowsText(event)}${counted(event.epochs, 'epoch')} in all\nrun folder: ${onOneLine(event.runDir)}`;
}

/** Nothing where only the training's data set class knows. */
function windowsText({ trainWindows, valWindows, stepsPerEpoch }: Extract<TrainEvent, { event: 'start' }>) {
  if (trainWindows === undefined) return '';
  return `${counted(trainWindows, 'training window')}, ${valWindows} for validation, ${stepsPerEpoch} steps per epoch, `;
}

function stepText(event: Extract<TrainEvent, { event: 'step' }>): string {
  const place = `epoch ${event.epoch}, step ${event.batch}/${event.batches}`;
  return `${place}, loss ${lossText(event.loss)}, ${fixed(event.stepsPerSecond, 2)} steps/s, ${duration(event.secondsLeft)} left`;
}

/** A loss that has diverged must still fit its column. */
function lossText(value: number | undefined): string {
  return Math.abs(value ?? 0) < 1e4 ? fixed(value, 4) : exponential(value, 2);
}

function withUnit(value: number | undefined, scale: number, digits: number, unit: string): string {
  return fixed(value === undefined ? undefined : value * scale, digits, unit);
}

function pair(log: Readonly<Record<string, number>>, name: string): string {
  if (log[`val_${name}`] === undefined && log[`hold_${name}`] === undefined) return '–';
  return `${fixed(log[`val_${name}`], 3)} (${fixed(log[`hold_${name}`], 3)})`;
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return NONE;
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return minutes < 90 ? `${minutes} min` : fixed(seconds / 3600, 1, ' h');
}
