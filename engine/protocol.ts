/** Messages between the command line or the editor and the process that holds the tensors. */
export {};
