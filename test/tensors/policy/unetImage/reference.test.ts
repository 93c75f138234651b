/** The UNet image policies compute what upstream's PyTorch computes. */
// @module-tag engine
import { computesAsUpstream } from '../computesAsUpstream.js';

computesAsUpstream('unet-image', { 7: 1e-3, 8: 1e-3 });
