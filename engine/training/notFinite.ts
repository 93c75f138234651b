/** The end of a training whose numbers became NaN or infinite: what was found at which step, and what that means for the weights. */
import { RegripError } from '../base/errors.js';
import { firstFew } from '../base/firstFew.js';
import { fourDigits } from '../base/numberText.js';
import type { TrainEvent } from '../wire/workerMessages.js';

export const NOT_FINITE = 'training-not-finite';

export type NotFiniteEvent = Extract<TrainEvent, { event: 'notFinite' }>;

/** How many names an event lists; the count covers the rest. */
export const MAX_NAMED = 20;

export class NotFinite extends RegripError<typeof NOT_FINITE> {
  constructor(
    readonly event: NotFiniteEvent,
    ending = 'the training was stopped and no checkpoint was replaced',
  ) {
    super({ code: NOT_FINITE, message: `${notFiniteText(event)}; ${ending}` });
  }
}

/** What happened, for a person. */
export function notFiniteText({ epoch, globalStep, learningRate, ...found }: NotFiniteEvent): string {
  const rate = learningRate === undefined ? '' : ` at the learning rate ${fourDigits(learningRate)}`;
  return `${whatText(found)} in step ${globalStep} (epoch ${epoch})${rate}${keysText(found)}`;
}

type Found = Omit<NotFiniteEvent, 'epoch' | 'globalStep' | 'learningRate' | 'event'>;

function whatText({ what, value }: Found): string {
  return what === 'weights' ? 'weights became NaN or infinite' : `the ${what} became ${value}`;
}

function keysText({ what, parameters, count }: Found): string {
  const names = firstFew(parameters, 3, count);
  if (what === 'weights') return `: ${names}`;
  if (count > 0) return `; non-finite gradients, starting from the output: ${names}`;
  return what === 'gradient norm' ? '; each gradient is finite, but their squares overflow' : '';
}
