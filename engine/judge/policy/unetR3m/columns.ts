/** The arrays of iDP3's data sets. */

/** By observation; the first is the one of upstream's data set class. */
export const COLUMNS = { image: ['img', 'image'], agent_pos: ['state', 'agent_pos'] } as const;
