/** The extension: activate wires the client. */
export {};
