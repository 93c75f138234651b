/** When our own code began to load: imported before everything else, so that activation is measured whole. */
export const activationStart = performance.now();
