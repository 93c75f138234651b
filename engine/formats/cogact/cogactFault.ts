/** What only CogAct recordings can raise; a file of its own, since the union of all formats' faults imports it. */

/** An episode to be written is there already. */
export type CogActFault = 'episode-exists';
