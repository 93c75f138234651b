/** The schemes of documents that the server makes and the editor opens. */

/** `regrip-composed:/path/of/the/primary.yaml`. */
export const COMPOSED = 'regrip-composed';

/** `regrip-checkpoint:/path/x.ckpt.keys`. */
export const CHECKPOINT = 'regrip-checkpoint';
export const LISTING_SUFFIX = '.keys';
