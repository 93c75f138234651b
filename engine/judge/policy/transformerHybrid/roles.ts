/** What a transformer hybrid policy's config says of its transformer: `policy` itself takes the settings. */
import { transformerRoles } from '../diffusionTransformer/roles.js';
import { observationFeatures } from '../robomimicRoles.js';
import { ACTION_DIMENSION } from '../shapeMetaRoles.js';

export const TRANSFORMER_ROLES = transformerRoles({
  path: 'policy',
  read: () => ACTION_DIMENSION,
  predicted: () => ACTION_DIMENSION,
  features: observationFeatures,
});
