/** What becomes of train.py once its log shows a loss that is NaN or infinite. */

export const ON_NAN = ['stop', 'continue'] as const;
export type OnNaN = (typeof ON_NAN)[number];
