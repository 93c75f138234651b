/** The language server: turns findings into LSP. */
export {};
